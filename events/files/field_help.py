"""What each field of an announcement file means, with an example.

    help_of(CommandTakenOver, "by")   who leads: a nation or body          DNK
    help_of(BudgetAllocated, "name")  the full name                        Operations in Iraq

A field means the same wherever it occurs, so it is described once, by its name. Where it means
something else in one type, facet or role, its name has that before it: `budget.quantity`. The JSON
Schema, `mission types` and the template read what is written here; to describe a field, add a line.
"""

from typing import NamedTuple

from pydantic import BaseModel

from events.claim_event import ClaimEvent
from events.record_events import RecordEvent
from events.source import Source


class FieldHelp(NamedTuple):
    """The meaning of a field in a line, and a value for it as it is written in a file."""

    meaning: str
    example: str


AT_LEAST_ONE: dict[str, tuple[str, ...]] = {
    "contribution-strength-reported": ("quantity", "reserve", "personnel"),
    "source-corrected": (
        *("published", "publisher", "title", "language", "url", "digest", "note"),
        *("archived", "retrieved", "reprints"),
    ),
}
"""The types that require one of several fields; examples have the first of them."""


def help_of(kind: type[BaseModel], field: str) -> FieldHelp:
    """Return the help on a field of an event, a source, a quantity or a vote, by its file name."""
    for scope in _scopes(kind):
        if found := FIELDS.get(f"{scope}.{field}"):
            return found
    return FIELDS[field]


def _scopes(kind: type[BaseModel]) -> list[str]:
    """Return what a field's name can have before it, the narrowest first."""
    if issubclass(kind, ClaimEvent):
        bearing = kind.bears[0]
        roles = {each.role.value for each in kind.bears}
        return [
            kind.model_fields["type"].default,
            bearing.facet,
            *(roles if len(roles) < 2 else ()),
        ]
    if issubclass(kind, RecordEvent):
        return ["record"]
    return ["source" if kind is Source else kind.__name__.lower()]


_NUMBER = "a whole number, or {min, max, unit, approximate, stated}"

FIELDS: dict[str, FieldHelp] = {
    name: FieldHelp(meaning, example)
    for name, meaning, example in (
        # every event
        ("type", "what kind of event this is", "command-taken-over"),
        ("label", "a name for this event in this file: later ones refer to it as =NAME", "first"),
        (
            "mission",
            "the mission's short name; the file's own `mission:` where left out",
            "nato-mission-iraq",
        ),
        ("on", "the date in EDTF: 2021-05, [..2024-02], 2022-38", "2021-05"),
        (
            "start.on",
            "the date in EDTF: 2021-05, [..2024-02]; an interval 2021-05/2022-05 gives the end"
            " as well, 2021-05/.. that it was still so",
            "2021-05",
        ),
        ("mandate-extended.on", "the new end in EDTF: 2022-12-31", "2022-12-31"),
        (
            "attestation.on",
            "the date in EDTF; the day the source came out where left out",
            "2021-05",
        ),
        ("reading.on", "the date in EDTF; the day the source came out where left out", "2021-05"),
        ("basis", "reported (the default), decided or planned", "reported"),
        (
            "end.basis",
            "reported (the default), decided, planned, or unless-ahead: reported, but planned"
            " where it may lie after the source came out",
            "reported",
        ),
        ("mandate-extended.basis", "decided (the default) or planned", "decided"),
        ("attestation.basis", "reported: what is attested is never planned", "reported"),
        ("period", "which stay of a key that comes back: 1, the default, 2 …", "1"),
        ("as_stated", "the source's own words for the date, a short phrase", "in May"),
        ("at", "where in the source", "paragraph 2"),
        ("note", "the record-keeper's own words", "the English version has June"),
        (
            "still",
            "true: still so when the source came out, which is an attestation as well",
            "true",
        ),
        # some events
        ("name", "the full name", "NATO Mission Iraq"),
        ("mandate.name", "the full name", "Resolution B 159"),
        ("commander.name", "the person's name", "Michael Lollesgaard"),
        ("place.name", "the full name", "Camp Union III"),
        ("phase.name", "what it is called", "Handover to national forces"),
        ("budget.name", "the full name", "Operations abroad"),
        ("happening.name", "what it is called", "Visit to the troops"),
        ("contribution.name", "the full name", "Transport helicopter detachment"),
        ("participation.name", "the full name", "Denmark"),
        ("command.name", "the full name", "Denmark"),
        ("relation.name", "the full name", "Operation Inherent Resolve"),
        ("reason", "why, in the source's words, short", "the task is done"),
        ("record.reason", "why, in the record-keeper's words", "misread"),
        ("aliases", "other short names that it goes by", "[nmi]"),
        ("organisation", "whose mission it is: a nation or body", "NATO"),
        ("host", "the countries that it is in: a list", "[IRQ]"),
        ("task", "what it is to do", "train and advise"),
        ("phase", "a short name for what the mission is in", "transition"),
        ("mandate", "a short name for the legal basis", "b-159"),
        ("issuer", "who adopted it", "Folketinget"),
        ("number", "its number", "B 159"),
        ("vote", "who voted how: {for, against, abstained, absent}", "{for: 102, against: 0}"),
        ("rests_on", "the mandate that it rests on, by its short name", "unscr-2170"),
        ("by", "who leads: a nation or body", "DNK"),
        ("jointly_with", "who leads together with them: a list of nations or bodies", "[NLD]"),
        ("from", "who hands over: a nation or body", "DNK"),
        ("to", "who takes over: a nation or body", "ITA"),
        ("from_period", "which stay of the giver's ends: 1, the default, 2 …", "1"),
        ("commander", "a short name for the person", "michael-lollesgaard"),
        ("post", "the post, where it is not that of commander", "chief-of-staff"),
        ("rank", "the person's rank", "Major General"),
        ("nation", "the person's nation", "DNK"),
        ("place.nation", "the nation that runs it", "DNK"),
        ("participant", "who takes part: a nation or body", "DNK"),
        ("contribution", "a short name, the same every time", "dnk-helicopters"),
        ("contributor", "who gives it: a nation or body, or a list of them", "DNK"),
        ("budget.contributor", "who pays: a nation or body, or a list of them", "DNK"),
        ("capability", "what it can do, in the source's words", "transport helicopters"),
        (
            "quantity",
            f"how many: {_NUMBER}",
            "{min: 2, max: 2, unit: helicopters, stated: two}",
        ),
        (
            "strength.quantity",
            f"how many: {_NUMBER}",
            "{min: 500, max: 500, approximate: true, unit: soldiers, stated: about 500}",
        ),
        ("ceiling.quantity", "how many at most: {max, unit}", "{max: 140, unit: soldiers}"),
        (
            "budget.quantity",
            "how much, with the currency as its unit",
            "{min: 5000000, max: 5000000, unit: DKK}",
        ),
        ("happening.quantity", f"how many: {_NUMBER}", "{min: 3, max: 3, unit: soldiers}"),
        (
            "reserve",
            f"how many stand by at home: {_NUMBER}",
            "{max: 1, unit: helicopters}",
        ),
        ("personnel", f"how many people: {_NUMBER}", "{max: 70, unit: soldiers}"),
        ("location", "where it is, in the source's words", "Al Asad Air Base"),
        ("formation", "the unit it comes from", "86th Infantry Brigade Combat Team"),
        ("rotation", "which rotation it is: a number or name", "3"),
        ("place", "the place of the mission where it is, by its short name", "al-asad"),
        ("place.place", "a short name for the place", "baghdad"),
        ("under", "the mandate that it is under, by its short name", "b-159"),
        ("country", "the country that it is in", "IRQ"),
        ("coordinates", "degrees north and east (WGS 84), in quotes", '"33.31, 44.37"'),
        ("facility", "what is there", "headquarters"),
        ("other", "the other mission's short name", "operation-inherent-resolve"),
        ("kind", "what the relation is", "works beside it"),
        ("happening.kind", "what kind of thing: a visit, an attack, losses", "visit"),
        ("happening", "a short name for what happened", "visit-2021-05"),
        ("nations", "the nations or bodies that it concerns: a list", "[DNK]"),
        ("counted", "who or what is counted: a nation, a body, or a short name", "DNK"),
        (
            "category",
            "which of them: troops, police, civilians …; all of them where left out",
            "police",
        ),
        ("sex", "of which sex: female, male or other; all where left out", "female"),
        ("until", "the date from which on the number no longer holds", "2022-05"),
        ("budget", "a short name for what money is set aside for", "nmi-2021"),
        # events about the record
        (
            "target",
            "which event: its id, 4 digits of it or more; =NAME for one above with that label",
            "86f4e85f74b6",
        ),
        (
            "claim",
            "the event that takes its place, written whole",
            "{type: command-taken-over, by: DNK, on: 2020-11}",
        ),
        ("facet", "the part of the state: command, contribution …", "command"),
        ("key", "which one within the facet", "DNK"),
        ("role", "start, end or reading", "start"),
        (
            "claims",
            "the events to go by: their ids, or =NAME for one above with that label",
            "[86f4e85f74b6]",
        ),
        ("about", "the source's short name", "um-handover-2022-05"),
        # a source
        ("id", "a short name for the document", "um-handover-2022-05"),
        ("publisher", "who published it", "Ministry of Foreign Affairs of Denmark"),
        ("title", "its title, as it stands", "Denmark hands over command"),
        ("language", "its language: en, da", "en"),
        (
            "published",
            "when it came out: 2022-05-24, 2022-05, [2020-11..2021-05], 2022-05-24T10:00:00Z",
            "2022-05-24",
        ),
        ("url", "its web address", "https://um.example/news/1"),
        ("digest", "the SHA-256 of its text: sha256: and 64 hex digits", f"sha256:{'0' * 64}"),
        (
            "archived",
            "the web address of a snapshot that is kept of it",
            "https://archive.example/1",
        ),
        ("retrieved", "the day on which it was read", "2022-06-01"),
        ("reprints", "the source that it repeats, by its short name", "ritzau-2022-05-24"),
        # a quantity
        ("quantity.min", "at least so many: a whole number", "2"),
        ("quantity.max", "at most so many: a whole number", "3"),
        ("quantity.unit", "what is counted: soldiers, helicopters", "helicopters"),
        ("quantity.approximate", 'true where the source says "about"', "true"),
        ("quantity.stated", "the source's words for it, a short phrase", "up to three"),
        # a vote
        ("vote.for", "how many voted for it", "102"),
        ("vote.against", "how many voted against it", "0"),
        ("vote.abstained", "how many abstained", "3"),
        ("vote.absent", "how many were absent", "74"),
    )
}

"""Lookup of names that users give: of missions, keys, sources, nations and bodies.

Each lookup returns the name in the record. It raises LookupFailure with the nearest names if none
matches, and with all candidates if several match. Lookups ignore the clocks: a name only selects
what to ask about, and is no part of the answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from events import nations
from events.errors import LookupFailure
from events.facets import MISSION, PeriodKey, counted_in, key_parts
from events.names import (
    NamedThing,
    ambiguous,
    matching,
    nearest,
    same_name,
    suggestion_or,
    unknown,
)
from events.printable import printable
from projections.key_label import label
from projections.question import ClaimStore, PeriodsQuestion
from projections.state import label_of
from projections.view import View, view_of


def next_steps(option: str = "") -> str:
    """Return a hint for an empty ledger; `option` is the option that names it, after a space."""
    return (
        f"`mission add FILE{option}` records an announcement,"
        f" `mission init --with nmi{option}` loads the shipped record"
    )


EMPTY_LEDGER = f"the ledger is empty: {next_steps()}"
"""The hint of a failed lookup in an empty ledger."""


def mission(store: ClaimStore, text: str) -> str:
    """Return the short name of a mission, given its short name, an alias or its full name.

    A short name goes before another mission's alias. An exact match of either goes before all
    other matches.
    """
    found = store.mission_named(text)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(text, [NamedThing(each) for each in found])
    aliases = store.names()
    if matches := matching(text, [NamedThing(each) for each in aliases]):
        return _single_key(text, matches)
    full_names = titles(store, aliases)
    things = [NamedThing(each, (full_names[each], *aliases[each])) for each in aliases]
    if matches := matching(text, things):
        return _single_key(text, matches)
    hint = "`mission missions` lists those in the ledger" if things else EMPTY_LEDGER
    raise unknown(text, things, kind="mission", otherwise=hint)


def titles(store: ClaimStore, missions: Iterable[str]) -> dict[str, str]:
    """Return the full names of missions by short name; the short name where none is stated."""
    places = {each: {(MISSION, each, 1)} for each in missions}
    return {each: label for (each, *_), label in key_labels(store, places).items()}


def key_labels(
    store: ClaimStore, places: Mapping[str, Set[PeriodKey]]
) -> dict[tuple[str, str, str, int], str]:
    """Return the labels of keys, by mission, facet, key and period."""
    questions = {
        mission: PeriodsQuestion(frozenset(of_mission)) for mission, of_mission in places.items()
    }
    found: dict[tuple[str, str, str, int], str] = {}
    for mission, selection in store.select_each(questions):
        seen = view_of(selection, mission)
        found.update({(mission, *place): label_of(seen, *place) for place in places[mission]})
    return found


def party(store: ClaimStore, text: str) -> str:
    """Return the code of a nation or body that some claim in the record names."""
    recorded = store.parties()
    things = parties(recorded)
    matches = matching(text, [*things, *nations.known().values()])
    matches = list({each.key: each for each in matches}.values())
    if not matches:
        raise unknown(
            text,
            [*things, *nations.known().values()],
            kind="nation or body",
            otherwise="give a nation as a code (DNK) or by its name in English or Danish",
        )
    code = _single_key(text, matches)
    if code not in recorded:
        raise LookupFailure(
            f"the record does not mention {matches[0]} as one that takes part",
            hint=_party_hint(text, things, store),
        )
    return code


def _party_hint(text: str, things: Sequence[NamedThing], store: ClaimStore) -> str:
    if not things:
        return "it mentions no nation or body" if store.position() else EMPTY_LEDGER
    near = nearest(text, things) or things[:3]
    more = f" and {len(things) - len(near)} more" if len(things) > len(near) else ""
    return f"it mentions {', '.join(map(str, near))}{more}"


def parties(codes: Iterable[str]) -> list[NamedThing]:
    """Return nations and bodies with all their names."""
    return [nations.known().get(code, NamedThing(code)) for code in codes]


def key(seen: View, text: str, facet: str | None = None) -> str:
    """Return the matching key in one mission's record, in one facet or in any.

    Matches the key, the names of its nation, its labels, what it is numbered or known by, or the
    beginning of any of these; or the post of commanders.
    """
    things = list(keys(seen, facet))
    if any(each.key == text for each in things):
        return text
    found = matching(text, things) or _in_post(seen, text, things)
    if found := found or matching(text, things, beginnings=True):
        return _single_key(text, found)
    otherwise = f"`mission state {seen.mission} --during ..` shows all its keys"
    where = f" in {facet}" if facet else ""
    raise LookupFailure(
        f"{seen.mission} has no {printable(text)}{where}",
        hint=suggestion_or(otherwise, text, things),
    )


_KNOWN_BY = ("name", "capability", "formation", "number")
"""The fields by whose values a key can be given."""


def keys(seen: View, facet: str | None = None) -> Iterator[NamedThing]:
    """Yield each key of a mission's record with its names."""
    found: dict[str, dict[str, None]] = {}
    for key_facet, name, number in _places(seen):
        if facet in (None, key_facet):
            names = found.setdefault(name, {})
            names[label_of(seen, key_facet, name, number)] = None
            names.update(dict.fromkeys(_nation_names(key_facet, name)))
    for claim in seen.claims:
        if claim.key in found and facet in (None, claim.facet):
            named = (str(claim.data[each]) for each in _KNOWN_BY if each in claim.data)
            found[claim.key].update(dict.fromkeys((*named, *(claim.data.get("aliases") or ()))))
    for name, names in found.items():
        yield NamedThing(name, tuple(names))


def _nation_names(facet: str, key: str) -> Iterator[str]:
    """Yield a key by each name of its nation or body: Germany, police, and tysk police."""
    counted = counted_in(key)
    if nation := nations.known().get(counted):
        yield from (label(facet, key, each) for each in nation.names)


def _in_post(seen: View, text: str, things: Iterable[NamedThing]) -> list[NamedThing]:
    """Return the holders of a post, by its name."""
    posts = {key: key_parts(facet, key).get("post") for facet, key, _ in _places(seen)}
    return [each for each in things if (post := posts[each.key]) and same_name(text, post)]


def _places(seen: View) -> Iterable[PeriodKey]:
    """Return every facet, key and period of any claim, retracted ones included."""
    return dict.fromkeys(claim.place for claim in seen.claims)


def source(store: ClaimStore, text: str) -> str:
    """Return the id of a source, given its id, its title, or the beginning of either."""
    if found := sources(store, text):
        return _single_key(text, found)
    raise unknown_source(store, text, "source", "`mission sources` lists them")


def sources(store: ClaimStore, text: str) -> list[NamedThing]:
    """Return the sources that match a name."""
    if text in store.descriptions([text]):
        return [NamedThing(text)]
    ids = [NamedThing(each) for each in store.source_ids()]
    return matching(text, ids, beginnings=True) or matching(text, _titled(store), beginnings=True)


def unknown_source(store: ClaimStore, text: str, kind: str, otherwise: str) -> LookupFailure:
    """Return the error that no source has a name, with the nearest names."""
    things = _titled(store)
    return unknown(text, things, kind=kind, otherwise=otherwise if things else EMPTY_LEDGER)


def _titled(store: ClaimStore) -> list[NamedThing]:
    return [
        NamedThing(each.id, (each.title,))
        for each in store.descriptions(store.source_ids()).values()
    ]


def _single_key(text: str, found: Sequence[NamedThing]) -> str:
    if len(found) > 1:
        raise ambiguous(text, found)
    return found[0].key

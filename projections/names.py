"""Names in the record: which mission, key, source, nation or body somebody means.

Each function returns the name that the record has, or raises LookupFailure: with the nearest names
where there is none, with all that it may be where there are several. The clocks make no difference:
a name is how a person asks, not what a source is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain

from events import nations
from events.catalogue import ClaimEvent
from events.encoding.codec import Entry
from events.errors import LookupFailure
from events.names import NamedThing, ambiguous, called, nearest, nearest_or, unknown
from events.printable import printable
from events.record_events import statement_of
from events.source import Source
from ledger.log import Store
from ledger.mission_names import aliases_of
from ledger.question import PeriodKey, PeriodsQuestion, period_keys_of
from projections.state import label_of
from projections.view import View, view_of


def next_steps(option: str = "") -> str:
    """Say what to type where nothing is there yet; `option` names the ledger, after a space."""
    return (
        f"`mission add FILE{option}` records an announcement,"
        f" `mission init --with nmi{option}` loads the shipped record"
    )


EMPTY_LEDGER = f"the ledger is empty: {next_steps()}"
"""What to do where nothing can be found, since nothing is there."""


def mission(store: Store, text: str) -> str:
    """Return the short name of the mission that goes by a short name, an alias or a full name.

    A short name goes before another's alias, and both as written before all else.
    """
    found = store.mission_named(text)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(text, [NamedThing(each) for each in found])
    aliases = store.names()
    if short := called(text, [NamedThing(each) for each in aliases]):
        return _single_key(text, short)
    own = titles(store, aliases)
    things = [NamedThing(each, (own[each], *aliases[each])) for each in aliases]
    if named := called(text, things):
        return _single_key(text, named)
    lists = "`mission missions` lists those in the ledger"
    raise unknown(text, things, kind="mission", otherwise=lists if things else EMPTY_LEDGER)


def titles(store: Store, missions: Iterable[str]) -> dict[str, str]:
    """Return what missions are called in full, by short name; the short name where nothing says."""
    places = {each: {("mission", each, 1)} for each in missions}
    return {each: label for (each, *_), label in _labels(store, places).items()}


Labels = Mapping[tuple[str, str, str, int], str]
"""What keys are called, by mission, facet, key and period."""

NO_LABELS: Labels = {}


def labels(store: Store, entries: Iterable[Entry]) -> Labels:
    """Return what the keys are called of events that do not say it themselves."""
    places: dict[str, set[PeriodKey]] = {}
    for entry in entries:
        claim = statement_of(entry.content)
        if claim and not says_its_name(claim):
            places.setdefault(claim.mission, set()).update(period_keys_of(claim))
    return _labels(store, places)


def says_its_name(claim: ClaimEvent) -> bool:
    """Whether a claim itself says what its key is called."""
    return any(getattr(claim, name, None) for name in ("name", "capability"))


def _labels(
    store: Store, places: Mapping[str, Set[PeriodKey]]
) -> dict[tuple[str, str, str, int], str]:
    questions = {each: PeriodsQuestion(frozenset(some)) for each, some in places.items()}
    found: dict[tuple[str, str, str, int], str] = {}
    for each, selected in store.select_each(questions):
        seen = view_of(selected, each)
        found.update({(each, *place): label_of(seen, *place) for place in places[each]})
    return found


def party(store: Store, text: str) -> str:
    """Return the code of the nation or body meant, which some claim in the record names."""
    recorded = store.parties()
    things = parties(recorded)
    meant = called(text, [*things, *nations.known().values()])
    meant = list({each.key: each for each in meant}.values())
    if not meant:
        raise unknown(
            text,
            [*things, *nations.known().values()],
            kind="nation or body",
            otherwise="a nation goes by its code (DNK) or its name, in English or Danish",
        )
    code = _single_key(text, meant)
    if code not in recorded:
        raise LookupFailure(
            f"the record has nothing of {meant[0]}", hint=_party_hint(text, things, store)
        )
    return code


def _party_hint(text: str, things: Sequence[NamedThing], store: Store) -> str:
    if not things:
        return "it names no nation or body" if store.position() else EMPTY_LEDGER
    near = nearest(text, things) or things[:3]
    more = f" and {len(things) - len(near)} more" if len(things) > len(near) else ""
    return f"it speaks of {', '.join(map(str, near))}{more}"


def parties(codes: Iterable[str]) -> list[NamedThing]:
    """Return nations and bodies with all their names."""
    return [nations.known().get(code, NamedThing(code)) for code in codes]


def key(seen: View, text: str, facet: str | None = None) -> str:
    """Return the key meant in one mission's record, in one facet or in any.

    By the key, its nation, what it is called, or the beginning of any of these.
    """
    things = list(keys(seen, facet))
    if any(each.key == text for each in things):
        return text
    if found := called(text, things, beginnings=True):
        return _single_key(text, found)
    otherwise = f"`mission state {seen.mission} --during ..` shows all that it has"
    where = f" in {facet}" if facet else ""
    raise LookupFailure(
        f"{seen.mission} has no {printable(text)}{where}", hint=nearest_or(otherwise, text, things)
    )


def keys(seen: View, facet: str | None = None) -> Iterator[NamedThing]:
    """Yield each key that a mission's record has, with what it is called."""
    found: dict[str, dict[str, None]] = {}
    for each, name, number in _places(seen):
        if facet in (None, each):
            names = found.setdefault(name, {})
            label = label_of(seen, each, name, number)
            names[label] = None
            if nation := nations.known().get(name):
                names.update(dict.fromkeys(nation.names))
            if each == "mission":
                contents = (entry.content for entry in seen.entries)
                names.update(dict.fromkeys(chain.from_iterable(map(aliases_of, contents))))
    for name, names in found.items():
        yield NamedThing(name, tuple(names))


def _places(seen: View) -> Iterable[PeriodKey]:
    """Return every facet, key and period that an entry speaks of, also one that was taken back."""
    claims = (statement_of(entry.content) for entry in seen.entries)
    return dict.fromkeys(place for claim in claims if claim for place in period_keys_of(claim))


def source(store: Store, text: str) -> str:
    """Return the id of the source meant: by its id, its title, or the beginning of either."""
    if found := sources(store, text):
        return _single_key(text, found)
    raise no_source(store, text, "source", "`mission sources` lists them")


def sources(store: Store, text: str) -> list[NamedThing]:
    """Return the sources that a name may mean."""
    if text in described(store, [text]):
        return [NamedThing(text)]
    ids = [NamedThing(each) for each in store.source_ids()]
    return called(text, ids, beginnings=True) or called(text, _titled(store), beginnings=True)


def no_source(store: Store, text: str, kind: str, otherwise: str) -> LookupFailure:
    """Return the error that a name means no source, with the nearest."""
    things = _titled(store)
    return unknown(text, things, kind=kind, otherwise=otherwise if things else EMPTY_LEDGER)


def _titled(store: Store) -> list[NamedThing]:
    return [
        NamedThing(each.id, (each.title,)) for each in described(store, store.source_ids()).values()
    ]


def described(store: Store, ids: Iterable[str], upto: int | None = None) -> dict[str, Source]:
    """Return what the record says of sources up to a position, by id."""
    contents = (entry.content for entry in store.of_sources(ids, upto=upto))
    return {each.id: each for each in contents if isinstance(each, Source)}


def _single_key(text: str, found: Sequence[NamedThing]) -> str:
    if len(found) > 1:
        raise ambiguous(text, found)
    return found[0].key

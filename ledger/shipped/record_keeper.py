"""Read `record-keeper.yaml`: a shipped record's own events, which have no source.

Ids of events are not written there. An event is referred to by what it says, and the reference
must find one in the record's announcement files:

    - type: claim-corrected
      mission: nato-mission-iraq
      target: {source: um-handover-2022-05, type: commander-relieved, key: michael-lollesgaard}
      set: {on: 2022-05-24}
      reason: The day is in the document's title.

`key` is the key of what the claim bears on, and `on` its date as written. In the `claims` of a
preference a reference finds every event that can be preferred; `sources` may be a list there.
`set` gives the fields of the new claim that differ from the one corrected.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from events.bearings import bearings_of, can_be_preferred
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import to_data
from events.errors import EventError
from events.facets import Role
from events.record_events import ALL_TYPES


class StatedEvent(NamedTuple):
    """An event of an announcement file, and the id of the entry that states it in the ledger."""

    event: Event
    id: str


def own_events(text: str, stated: Sequence[StatedEvent]) -> tuple[Event, ...]:
    """Return the events of a file, given the events of the announcement files.

    Raises EventError where a reference finds no event, or more than one.
    """
    items = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (it makes nothing but strings)
    return tuple(_event(item, stated) for item in items or ())


def _event(item: Mapping[str, Any], stated: Sequence[StatedEvent]) -> Event:
    fields = {name: value for name, value in item.items() if name not in ("target", "set")}
    if "target" in item:
        target = _only(item["target"], item["mission"], stated)
        fields["target"] = target.id
        if "set" in item:
            fields["claim"] = _with(item["set"], target.event)
    if "claims" in item:
        fields["claims"] = _preferable(item, stated)
    return ALL_TYPES[item["type"]].model_validate(fields)


def _with(changes: Mapping[str, Any], event: Event) -> Event:
    """Return an event with some fields changed; one with a date of its own has not its source's."""
    dropped = ("version", *(["dated_by_source"] if "on" in changes else []))
    data = {name: value for name, value in to_data(event).items() if name not in dropped}
    return type(event).model_validate(data | dict(changes), by_alias=True, by_name=False)


def _only(wanted: Mapping[str, str], mission: str, stated: Sequence[StatedEvent]) -> StatedEvent:
    found = [each for each in stated if each.event.mission == mission and _fits(each.event, wanted)]
    if len(found) != 1:
        raise EventError(f"{wanted} finds {len(found)} events of {mission}, and has to find one")
    return found[0]


def _fits(event: Event, wanted: Mapping[str, str]) -> bool:
    return (
        wanted["source"] == event.source
        and wanted["type"] == event.type
        and isinstance(event, ClaimEvent)
        and wanted["key"] in {key for (_, key, _), _ in bearings_of(event)}
        and wanted.get("on", event.on) == event.on
    )


def _preferable(item: Mapping[str, Any], stated: Sequence[StatedEvent]) -> tuple[str, ...]:
    place = (item["facet"], item["key"], int(item.get("period", 1)))
    sources = item["claims"]["sources"]
    found = tuple(
        each.id
        for each in stated
        if each.event.mission == item["mission"]
        and each.event.source in sources
        and can_be_preferred(each.event, place, Role(item["role"]))
    )
    if not found:
        raise EventError(f"{sources} say nothing of the {item['role']} of {place}")
    return found

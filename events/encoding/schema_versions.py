"""Which version of its type's schema an event is written in, and in which forms it may be there.

The second version added fields and types, and changed none. An event that uses none of them is
written as before, so that a claim recorded earlier keeps its id. What an earlier version of this
program had no mark for (a date or a basis that follows from the source) it wrote out without.
"""

from collections.abc import Mapping
from typing import Any

from events.facets import Basis

Data = Mapping[str, Any]

_OF_CLAIMS = "type mission source on basis period as_stated at note"
_OF_RECORD_EVENTS = "type mission source reason at target"

FIRST_FIELDS: dict[str, frozenset[str]] = {
    name: frozenset(f"{_OF_CLAIMS} {own}".split())
    for name, own in {
        "mission-established": "name aliases organisation",
        "mission-ended": "",
        "mission-attested": "name aliases organisation",
        "mandate-adopted": "mandate name issuer",
        "mandate-expired": "mandate",
        "mandate-attested": "mandate name issuer",
        "command-taken-over": "by",
        "command-handed-over": "from to from_period",
        "command-relinquished": "by",
        "command-attested": "by",
        "commander-appointed": "commander name rank nation",
        "commander-relieved": "commander",
        "commander-attested": "commander name rank nation",
        "participation-joined": "participant",
        "participation-left": "participant",
        "participation-attested": "participant",
        "contribution-deployed": "contribution contributor capability quantity reserve location",
        "contribution-withdrawn": "contribution",
        "contribution-attested": "contribution contributor capability quantity reserve location",
        "contribution-strength-reported": "contribution quantity reserve",
        "place-opened": "place name nation",
        "place-closed": "place",
        "place-attested": "place name nation",
        "relation-declared": "other kind",
        "relation-ended": "other",
        "relation-attested": "other kind",
        "strength-reported": "counted quantity",
    }.items()
} | {
    "claim-retracted": frozenset(_OF_RECORD_EVENTS.split()),
    "claim-corrected": frozenset(f"{_OF_RECORD_EVENTS} claim".split()),
    "reading-preferred": frozenset(
        ["type", "mission", "source", "reason", "at", "facet", "key", "period", "role", "claims"]
    ),
    "source-recorded": frozenset(
        ["type", "id", "publisher", "title", "language", "published", "url", "digest", "note"]
    ),
}
"""The fields of the first version of each type's schema, by the name of the type."""


def version_of(data: Data) -> int:
    """Return the version of its schema that event data, without a version, is written in."""
    fields = FIRST_FIELDS.get(str(data["type"]))
    return 1 if fields and data.keys() <= fields and not _has_new_values(data) else 2


def _has_new_values(data: Data) -> bool:
    lists_contributors = isinstance(data.get("contributor"), list)
    lacks_quantity = data["type"] == "contribution-strength-reported" and "quantity" not in data
    return lists_contributors or lacks_quantity or data.get("basis") == Basis.UNLESS_AHEAD


def without_marks(data: Data) -> dict[str, Any] | None:
    """Return event data as the first version of this program wrote it; None if it had no marks."""
    basis = data.get("basis")
    if "dated_by_source" not in data and basis != Basis.UNLESS_AHEAD:
        return None
    plain = {name: value for name, value in data.items() if name not in _MARKS}
    return plain | ({"basis": Basis.REPORTED.value} if basis == Basis.UNLESS_AHEAD else {})


_MARKS = ("dated_by_source", "version")

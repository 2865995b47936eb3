"""Log entries as rows of a spreadsheet."""

from collections.abc import Mapping

from cli.render import columns, wording
from events.encoding.codec import KINDS
from events.facets import MEASURES

_DATA_FIELDS = dict.fromkeys(
    info.alias or name
    for kind in KINDS.values()
    for name, info in kind.model_fields.items()
    if name not in (*MEASURES, "type", "mission", "source", "claim")
)

LOGGED = (
    *("position", "time", "recordedby", "type", "subject", "source", "id"),
    *(f"data.{path}" for path in columns.paths(_DATA_FIELDS)),
    *(f"data.{measure}.{field}" for measure in MEASURES for field in columns.QUANTITY),
    "announcement",
)
"""The columns of a log entry; a correction fills those of its new claim."""


def logged(envelope: Mapping[str, object]) -> dict[str, object]:
    """Return a log entry's envelope, with a correction's new claim among its own fields."""
    data = wording.as_mapping(envelope.get("data"))
    return {**envelope, "data": {**data, **wording.as_mapping(data.get("claim"))}}

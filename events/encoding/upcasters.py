"""Upcast events of an older schema version to the current one.

Stored entries are never rewritten: decoded data passes through one step per version. To change a
type's schema, increment its `version` and add a step here.
"""

from collections.abc import Callable, Mapping

from events.encoding.schema_versions import FIRST_FIELDS
from events.errors import EventError

Step = Callable[[dict[str, object]], dict[str, object]]


def _unchanged(content: dict[str, object]) -> dict[str, object]:
    return content


STEPS: dict[tuple[str, int], Step] = {(name, 1): _unchanged for name in FIRST_FIELDS}
"""Map (type, version) to a function that returns the same content at version + 1."""


def upcast(
    current: int, data: Mapping[str, object], steps: dict[tuple[str, int], Step] = STEPS
) -> dict[str, object]:
    """Return event data in the `current` version of its type's schema, without the version.

    Raises EventError if the data is newer than this program, or if a step is missing.
    """
    content = dict(data)
    version = content.pop("version", 1)
    kind = content.get("type")
    if type(version) is int and version == current:
        return content
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise EventError(f"event of type {kind} has an invalid schema version: {version!r}")
    if version > current:
        raise EventError(
            f"event of type {kind} has schema version {version}; this program supports {current}",
            hint="install a newer mission-ledger",
        )
    for step in range(version, current):
        try:
            content = steps[str(kind), step](content)
        except KeyError:
            raise EventError(f"no upcaster for {kind} from schema version {step}") from None
    return content

"""Raising events written under an older schema to today's.

Old entries are never rewritten: the bytes stay, and what is read from them passes through one
step per version. To change a type's schema, raise its `version` and add the step here.
"""

from collections.abc import Callable, Mapping

from events.errors import EventError

Step = Callable[[dict[str, object]], dict[str, object]]

STEPS: dict[tuple[str, int], Step] = {}
"""From (type, version) to a function that returns the same content at version + 1."""


def raise_to(
    current: int, data: Mapping[str, object], steps: dict[tuple[str, int], Step] = STEPS
) -> dict[str, object]:
    """Return event data, without its version, as the `current` version of its type has it.

    Raises EventError where the data is newer than this program, or a step is missing.
    """
    content = dict(data)
    version = content.pop("version", 1)
    kind = content.get("type")
    if type(version) is int and version == current:
        return content
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise EventError(f"event of type {kind} has no readable schema version: {version!r}")
    if version > current:
        raise EventError(
            f"event of type {kind} has schema version {version}; this program knows {current}",
            hint="install a newer mission-ledger",
        )
    for step in range(version, current):
        try:
            content = steps[str(kind), step](content)
        except KeyError:
            raise EventError(f"no way to raise {kind} from schema version {step}") from None
    return content

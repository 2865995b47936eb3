"""Old entries stay readable."""

import pytest

from events.encoding.upcasters import Step, upcast
from events.errors import EventError


def _renamed(data: dict[str, object]) -> dict[str, object]:
    return {**{name: value for name, value in data.items() if name != "nation"},
            "by": data["nation"]}  # fmt: skip


def _given_basis(data: dict[str, object]) -> dict[str, object]:
    return {**data, "basis": "reported"}


STEPS: dict[tuple[str, int], Step] = {("led", 1): _renamed, ("led", 2): _given_basis}


def test_raises_step_by_step() -> None:
    """Data of any older version goes through every step to today's."""
    now = {"type": "led", "by": "DNK", "basis": "reported"}
    assert upcast(3, {"type": "led", "version": 1, "nation": "DNK"}, STEPS) == now
    assert upcast(3, {"type": "led", "nation": "DNK"}, STEPS) == now
    assert upcast(3, {"type": "led", "version": 2, "by": "DNK"}, STEPS) == now
    assert upcast(3, {**now, "version": 3}, STEPS) == now


@pytest.mark.parametrize("version", [4, 0, -1, "1", True, None])
def test_refuses_what_it_cannot_raise(version: object) -> None:
    """A newer or senseless version is refused, never guessed at."""
    with pytest.raises(EventError):
        upcast(3, {"type": "led", "version": version}, STEPS)


def test_a_missing_step_is_an_error() -> None:
    """A gap in the steps is said, not jumped."""
    with pytest.raises(EventError, match="no upcaster for led from schema version 2"):
        upcast(3, {"type": "led", "version": 2}, {})

"""A source never depends on itself: the event that closes a circle has no effect."""

from events.source_circles import SourceStatement, closing_circles
from tests.processor_time import processor_time


def closing(*statements: tuple[str, str, str | None]) -> frozenset[str]:
    """Return the events that close circles, given each with its source and that which states it."""
    return closing_circles(SourceStatement(*each) for each in statements)


def test_a_source_says_nothing_of_itself() -> None:
    """A document that corrects its own date would have to be public to be so."""
    assert closing(("e1", "s", "s")) == {"e1"}


def test_the_later_of_two_closes_the_circle() -> None:
    """Which one counts depends on their order in the log, and on nothing else."""
    assert closing(("e1", "s", "t"), ("e2", "t", "s")) == {"e2"}
    assert closing(("e2", "t", "s"), ("e1", "s", "t")) == {"e1"}


def test_a_longer_circle() -> None:
    """What depends on a source through others depends on it, too."""
    assert closing(("e1", "s", "t"), ("e2", "t", "u"), ("e3", "u", "s")) == {"e3"}


def test_what_has_no_effect_makes_nothing_depend_on_anything() -> None:
    """An event that was passed over closes no circle with a later one."""
    assert closing(("e1", "s", "t"), ("e2", "t", "s"), ("e3", "s", "t"), ("e4", "t", "u")) == {"e2"}


def test_our_own_events_need_no_source() -> None:
    """What the record keeper states counts from the beginning."""
    assert closing(("e1", "s", None), ("e2", "t", "s"), ("e3", "s", None)) == frozenset()


def chain(length: int) -> list[tuple[str, str, str | None]]:
    """Return events that make each source depend on the next, the last first."""
    return [(f"e{at}", f"s{at}", f"s{at + 1}") for at in reversed(range(length))]


def cost(events: list[tuple[str, str, str | None]]) -> float:
    """Return how many seconds of the processor's time it takes to find what closes a circle."""
    return processor_time(lambda: closing(*events))


def test_a_long_chain_is_searched_once() -> None:
    """It closes no circle, and its last link back to the first does."""
    links = chain(20_000)
    assert closing(*links, ("last", "s20000", "s0")) == {"last"}
    assert cost(links) < 50 * cost(chain(2_000))

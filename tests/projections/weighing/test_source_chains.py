"""Sources that rest on each other in long chains and in circles."""

from itertools import pairwise

from events.publication import publication
from projections.weighing.amendments import Kind
from projections.weighing.sources import SourceChange, Sources, Version

LONG = 5000
"""Longer than calls may be nested."""

_EARLIER = Version(publication("2020-01-01"))
_MOVED = Version(publication("2021-01-01"))


def sources(links: int, *, closed: bool = False) -> Sources:
    """Return sources of which each is corrected by the next, and the last by the first."""
    described = {f"s{at}": _EARLIER for at in range(links + 1)}
    names = [f"s{at}" for at in range(links + 1)] + ["s0"] * closed
    changes = [
        SourceChange(
            *(f"e{at}", at, Kind.SOURCE_CORRECTED, about, None, by, "misread"), moved=_MOVED
        )
        for at, (about, by) in enumerate(pairwise(names))
    ]
    return Sources(described, tuple(changes))


def test_a_long_chain_of_sources() -> None:
    """The correction of the first counts, since all that it rests on were public."""
    assert sources(LONG).as_known(None).version("s0") is _MOVED


def test_a_long_circle_of_sources() -> None:
    """The event that closes it has no effect, and all others count."""
    found = sources(LONG, closed=True)
    assert found.circular == {f"e{LONG}"}
    known = found.as_known(None)
    assert (known.version("s0"), known.version(f"s{LONG}")) == (_MOVED, _EARLIER)

"""Benchmark figures, each with its target and with the peer or limit measured in the same run."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Figure:
    """One figure. `wanted` is its target: a maximum if `most`, else a minimum.

    `beside` says what it is a ratio to, or what else was measured in the same run.
    """

    name: str
    reached: float
    unit: str
    wanted: float | None = None
    most: bool = True
    beside: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is none."""
        if self.wanted is None:
            return None
        return self.reached <= self.wanted if self.most else self.reached >= self.wanted


def timed(act: Callable[P, Result], *args: P.args, **named: P.kwargs) -> tuple[float, Result]:
    """Return how many seconds a call takes, and its result."""
    begun = time.perf_counter()
    result = act(*args, **named)
    return time.perf_counter() - begun, result


def seconds(act: Callable[P, object], *args: P.args, **named: P.kwargs) -> float:
    """Return how many seconds a call takes."""
    taken, _ = timed(act, *args, **named)
    return taken


def p50(taken: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(taken)


def p99(taken: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return sorted(taken)[int(len(taken) * 0.99)]


def a_bare_query(taken: float, digits: int = 2) -> str:
    """Say how long the least work for an answer takes (`benchmarks.bare_rows`)."""
    return f"a bare query and decode of the same rows takes {taken * 1e3:.{digits}f} ms"


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a text table, one per line."""
    lines = []
    for each in figures:
        bar = "" if each.wanted is None else f"{'<=' if each.most else '>='} {each.wanted:g}"
        mark = {True: "reached", False: "NOT REACHED", None: ""}[each.met]
        reached = f"{each.reached:,.3g}" if each.reached < 1000 else f"{each.reached:,.0f}"
        lines.append(
            f"{each.name:<58} {reached:>9} {each.unit:<9} {bar:<11} {mark:<12}{each.beside}"
        )
    return "\n".join(lines)


def write_json(figures: Iterable[Figure], path: Path) -> None:
    """Write figures as JSON."""
    path.write_text(json.dumps([asdict(each) for each in figures], indent=1) + "\n")


def plot(figures: Sequence[Figure], path: Path) -> None:
    """Plot each figure as a share of its target; those left of the line meet it."""
    import matplotlib as mpl  # noqa: PLC0415 (only the plot needs it)

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "mission-ledger"
    from matplotlib import pyplot  # noqa: PLC0415

    judged = [each for each in reversed(figures) if each.wanted and each.reached]
    shares = [
        each.reached / each.wanted if each.most else each.wanted / each.reached
        for each in judged
        if each.wanted
    ]
    drawing, axes = pyplot.subplots(figsize=(9, 0.32 * len(judged) + 1))
    axes.barh(
        [each.name for each in judged],
        shares,
        color=["#4a7c59" if each.met else "#b5543c" for each in judged],
    )
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlabel("share of the bar: left of the line is within it")
    axes.tick_params(labelsize=8)
    drawing.tight_layout()
    drawing.savefig(path, metadata={"Date": None})
    pyplot.close(drawing)

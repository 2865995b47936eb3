"""The sets of a key's reports that can be true together, found by trying every world.

A world of a key is a start and an end for each of its periods, in order: the first starts, it
ends, the second starts no earlier, it ends. A report is true in a world or it is not. The sets
that matter are those that are true together in some world, and to which no report can be added.

Instead of every day of history, starts and ends are tried on the days that can make a
difference: those at and next to a day that a report names, and some before and after all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

from events.facets import Role
from tests.projections.worlds.statements import EVER, NEVER, Statement

Stay = tuple[int, int]
"""A start and an end."""

Reports = frozenset[Statement]


@dataclass(frozen=True)
class ReportSet:
    """Reports that can be true together, and the stays that they leave to each period.

    A period of which the set has no report is not among `stays`.
    """

    reports: Reports
    stays: dict[int, list[Stay]]

    def of(self, period: int) -> list[Statement]:
        """Return the reports of one period."""
        return [each for each in self.reports if each.period == period]


def maximal_sets(reports: Sequence[Statement], other_days: Iterable[int] = ()) -> list[ReportSet]:
    """Return every set of one key's reports that can be true together and not be added to."""
    stays = list(combinations_with_replacement(_days_that_matter(reports, other_days), 2))
    periods = sorted({each.period for each in reports})
    choices: list[dict[Reports, list[Stay]]] = []
    for period in periods:
        own = [each for each in reports if each.period == period]
        by_truth: dict[Reports, list[Stay]] = {}
        for stay in stays:
            by_truth.setdefault(_true_in(stay, own), []).append(stay)
        choices.append(by_truth)
    together = {
        frozenset[Statement]().union(*truths)
        for truths in product(*choices)
        if _can_follow([found[truth] for found, truth in zip(choices, truths, strict=True)])
    }
    largest = [one for one in together if not any(one < other for other in together)]
    return [ReportSet(found, _left_by(found, periods, stays)) for found in largest]


def _days_that_matter(reports: Sequence[Statement], other_days: Iterable[int]) -> list[int]:
    named = {day for each in reports for day in each.days} | set(other_days)
    near = len({each.period for each in reports}) + 1
    ends = [*range(EVER, EVER + 2 * near), *range(NEVER - 2 * near, NEVER + 1)]
    return sorted({day + by for day in named for by in range(-near, near + 1)
                   if EVER <= day + by <= NEVER} | set(ends))  # fmt: skip


def _true_in(stay: Stay, own: Sequence[Statement]) -> Reports:
    """Return the reports of one period that are true of a stay."""
    ended = [each for each in own if each.role is Role.END and _is_true(each, stay)]
    # A start attests its own day, unless a reported end can be that day.
    return frozenset(
        [
            *ended,
            *(e for e in own if e.role is Role.ATTESTATION and _is_true(e, stay)),
            *(e for e in own if e.role is Role.START and _is_true(e, stay, bool(ended))),
        ]
    )


def _is_true(report: Statement, stay: Stay, can_be_own_day: bool = False) -> bool:
    start, end = stay
    if report.role is Role.END:
        return report.days.holds(end)
    if report.role is Role.START:
        return report.days.holds(start) and (start < end or can_be_own_day)
    return start <= report.days.last and report.days.first < end and start < end


def _can_follow(choices: Iterable[Sequence[Stay]]) -> bool:
    """Whether a stay of each period can follow one of the period before."""
    ended = EVER
    for stays in choices:
        later = [end for start, end in stays if start >= ended]
        if not later:
            return False
        ended = min(later)
    return True


def _left_by(
    reports: Reports, periods: Sequence[int], stays: Sequence[Stay]
) -> dict[int, list[Stay]]:
    """Return the stays of each period that are part of a world in which all reports are true."""
    left = {}
    for period in periods:
        own = [each for each in reports if each.period == period]
        if own:
            ended = any(each.role is Role.END for each in own)
            left[period] = [
                stay for stay in stays if all(_is_true(each, stay, ended) for each in own)
            ]
    ended_from, begun_by = EVER, NEVER
    for period in sorted(left):
        left[period] = [stay for stay in left[period] if stay[0] >= ended_from]
        ended_from = min(end for _, end in left[period])
    for period in sorted(left, reverse=True):
        left[period] = [stay for stay in left[period] if stay[1] <= begun_by]
        begun_by = max(start for start, _ in left[period])
    return left

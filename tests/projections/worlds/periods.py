"""One period of a key: how surely it is in force on a day, by the sets of reports of its key.

Each set is weighed alone, and then they are put together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from events.facets import Role
from tests.projections.worlds.sets import ReportSet, Stay
from tests.projections.worlds.statements import (
    EVER,
    NEVER,
    Statement,
    Window,
    plan_window,
)

NOT_BEGUN, ENDED = "not begun", "ended"
WEAKEST_FIRST = ("possible", "presumed-ended", "assumed", "certain")


@dataclass(frozen=True)
class Plans:
    """What is planned or decided of one period."""

    start: Window | None
    end: Window | None
    starts_published: tuple[int, ...]
    """The earliest day on which each plan to begin can have come out."""


def plans_among(statements: Sequence[Statement]) -> Plans:
    """Return the plans among what is said of a period."""
    starts = [e for e in statements if e.role is Role.START and not e.reported]
    ends = [e for e in statements if e.role is Role.END and not e.reported]
    return Plans(plan_window(starts), plan_window(ends), tuple(e.out_from for e in starts))


class Weighed:
    """A period as one set of reports has it.

    `begins` is the first day on which it can have begun, `begun` the day by which it surely has,
    `ends` the first day on which it can have ended, and `ended` the day by which it surely has.
    `out_of_mission` is set where it is known to have begun before its mission.
    """

    def __init__(self, found: ReportSet, period: int, plans: Plans, mission_from: int) -> None:
        own = found.of(period)
        self.holds_nothing = not own
        self.end_reported = any(each.role is Role.END for each in own)
        self.start_reported = any(each.role is Role.START for each in own)
        self.out_of_mission = False
        self.plans = plans
        starts = [each.days for each in own if each.role is Role.START]
        self.start_reported = bool(starts)
        stays: list[Stay] = found.stays.get(period, [(EVER, EVER), (NEVER, NEVER)])
        self.reported_from = min(start for start, _ in stays)
        if starts:
            if all(days.first == EVER for days in starts):
                stays = [stay for stay in stays if stay[0] >= mission_from] or stays
            self.begins = min(start for start, _ in stays)
        else:
            begun = max(start for start, _ in stays)
            self.begins = max(min(start for start, _ in stays), mission_from)
            if mission_from > begun:
                self.begins = min(each.days.first for each in own)
                self.out_of_mission = True
            # A plan that came out once it had begun does not say that it had not.
            ahead = [day for day in plans.starts_published if day <= begun]
            self.begins = max([self.begins, *ahead])
        self.begun = max(start for start, _ in stays)
        self.ends = min(end for _, end in stays)
        self.ended = max(end for _, end in stays)
        attested = [each.days.first for each in own if each.role is Role.ATTESTATION]
        self.attested = max([*attested, *([self.begins] if starts else [])], default=EVER)

    def standing(self, day: int) -> str:
        """Return its standing at the close of a day, or that it has not begun or has ended."""
        if day < self.begins:
            return NOT_BEGUN
        if day >= self.ended:
            return ENDED
        if self.begun <= day < self.ends:
            return "certain"
        if day < self.begun or self.end_reported:
            return "possible"
        planned = self.plans.end
        if planned and planned.last <= day and self.attested <= planned.last:
            return "presumed-ended"
        return "assumed"


class Period:
    """One period of one key, by all sets of its key's reports."""

    def __init__(
        self,
        place: tuple[str, str, int],
        statements: Sequence[Statement],
        reports: Sequence[Statement],
        sets: Sequence[ReportSet],
        mission_from: int,
    ) -> None:
        self.facet, self.key, self.number = place
        self.reports = reports
        self.plans = plans_among(statements)
        self.only_planned = not reports
        self.mission_from = mission_from
        self.weighed: list[Weighed] = []
        if reports:
            self.weighed = [Weighed(each, self.number, self.plans, mission_from) for each in sets]
        self.disputed = any(
            report not in found.reports for found in sets for report in reports
        ) or any(each.out_of_mission for each in self.weighed)

    @property
    def start_reported(self) -> bool:
        """Whether a source reports that it began."""
        return any(each.role is Role.START for each in self.reports)

    def standing(self, day: int) -> str | None:
        """Return its standing by the table; None where it is not in the state."""
        if self.only_planned:
            return self._as_planned(day)
        found = {each.standing(day) for each in self.weighed}
        if found in ({NOT_BEGUN}, {ENDED}):
            return None
        if found & {NOT_BEGUN, ENDED}:
            return "possible"
        return min(found, key=WEAKEST_FIRST.index)

    def _as_planned(self, day: int) -> str | None:
        start, end = self.plans.start, self.plans.end
        if start is None:
            if day < self.mission_from:
                return None
            return "presumed-ended" if end and end.last <= day else "possible"
        # An end planned for before the start ends nothing: the plan was put off.
        over = end is not None and start.first <= end.last <= day
        return "expected" if day >= start.first and not over else None

    @property
    def reported_start(self) -> Window:
        """The window of its reported start, by the sets that have one."""
        found = [each for each in self.weighed if each.start_reported]
        return Window(min(each.begins for each in found), max(each.begun for each in found))

    @property
    def start_contested(self) -> bool:
        """Whether a set of reports lacks the start that others have."""
        return self.start_reported and not all(each.start_reported for each in self.weighed)

    # The widest windows over all sets, for what is compared with other periods.

    @property
    def reported_from(self) -> int:
        """The first day on which it can have begun by its reports, whatever was planned."""
        return min((e.reported_from for e in self.weighed if not e.holds_nothing), default=EVER)

    @property
    def begun(self) -> int:
        """The day by which it surely has begun."""
        return max(each.begun for each in self.weighed)

    @property
    def ends(self) -> int:
        """The first day on which it can have ended."""
        return min(each.ends for each in self.weighed)

    @property
    def ended(self) -> int:
        """The day by which it surely has ended."""
        return max(each.ended for each in self.weighed)

    def reported_end(self) -> Window | None:
        """Return the window of its reported end; its last day is open where a set has none."""
        with_end = [each for each in self.weighed if each.end_reported]
        if not with_end:
            return None
        everywhere = len(with_end) == len(self.weighed)
        return Window(
            min(each.ends for each in with_end),
            max(each.ended for each in with_end) if everywhere else NEVER,
        )

    def goes_on_after(self, day: int) -> bool:
        """Whether a source attests it on or after a day, or reports that it ended after it."""
        return any(
            bears_later(report, day) for report in self.reports if report.role is not Role.START
        )


def bears_later(report: Statement, day: int) -> bool:
    """Whether a report says that a period was surely in force on or after a day."""
    if report.role is Role.END:
        return report.days.first > day
    return report.days.first >= day

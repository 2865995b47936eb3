"""The headlines of a state, a line each: what `mission state` opens with.

led by       Denmark, since 2020-11 / 2020-12 (certain, disputed) [1-3]
strength     in all: about 500 people, Nov 2020–May 2021 (still assumed) [1]
contributed  by Denmark: EH101 transport helicopters, staff and 4 more (certain) [1-5]
"""

from collections.abc import Sequence

from cli.render import state_rows, wording
from cli.render.legend import Legend
from cli.render.page import Line, Notes, plain
from events import nations
from projections.state_object import State, StateEntry
from projections.summary import MOST, Headline, Topic, shorter_and_shorter
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Standing

WIDTH = 80 - len("only planned") - 2
"""Characters a line has beside its topic on a terminal of 80 columns."""


def told_first(state: State, legend: Legend) -> list[Headline]:
    """Return the headlines that fit into MOST lines of 80 columns, as far as any do."""
    some: list[Headline] = []
    for some in shorter_and_shorter(state):
        if sum(_lines(each, state.mission, legend) for each in some) <= MOST:
            break
    return some


def notes(told: Sequence[Headline], mission: str, legend: Legend) -> Notes:
    """Lay headlines out, each under what it is about: a topic is named once.

    Where all of them leave some of MOST lines free, lists of names get a second line.
    """
    taken = sum(_lines(each, mission, legend) for each in told)
    before, lines = "", list[tuple[str, Line]]()
    for each in told:
        more = each.topic in _NAMES and taken < MOST and _lines(each, mission, legend) == 1
        taken += more
        said = _line(each, mission, legend, WIDTH * (2 if more else 1))
        lines.append(("" if each.topic == before else str(each.topic), said))
        before = each.topic
    return Notes("", lines)


def _lines(told: Headline, mission: str, legend: Legend) -> int:
    """Return how many lines a headline takes where it names as little as it can."""
    return -(-len(plain(_line(told, mission, legend, 0))) // WIDTH)


def _line(told: Headline, mission: str, legend: Legend, room: int) -> Line:
    """Say a headline, with its standing, its dispute and its sources, in so many characters."""
    marks: list[str] = [wording.STANDINGS.get(told.standing, told.standing.value)]
    cited = f") {legend.cited(told.sources)}"
    more = f" and {len(told.more)} more" if told.more else ""
    lead, names, tail = _said(told, mission, legend)
    used = len(lead + tail + more + cited) + sum(map(len, marks)) + 3 + 10 * told.disputed
    said = f"{lead}{_listed(names, room - used)}{tail}{more} ({marks[0]}"
    return (said, ", ", wording.DISPUTED, cited) if told.disputed else said + cited


def _said(told: Headline, mission: str, legend: Legend) -> tuple[str, Sequence[str], str]:
    """Return what a headline says before, in and after its list of names."""
    some = told.entries
    match told.topic:
        case Topic.STRENGTH:
            return _count(some[0], mission), (), ""
        case Topic.CONTRIBUTED:
            return f"{_whose(some)}: ", _names(some, legend), ""
        case Topic.DISPUTED:
            return "", [_dispute(entry, legend) for entry in some], ""
        case Topic.LAPSED:
            until = {_dates(entry.end) for entry in some if entry.end}
            tail = f", to end {until.pop()}" if len(until) == 1 else ", each to end before"
            return "", _names(some, legend), tail
        case Topic.PLANNED:
            return "", _names(some, legend), ""
    return _period(some[0]), (), ""


_NAMES = (Topic.CONTRIBUTED, Topic.DISPUTED, Topic.LAPSED, Topic.PLANNED)
"""The topics that list names."""


def _period(entry: StateEntry) -> str:
    """Name one period, and say since when."""
    nation = _nation(entry, "nation")
    said = f"{entry.label} ({nation})" if nation else entry.label
    if entry.start is None:
        return f"{said}, since when is not stated"
    said += f", {_side('since', 'from', entry.start)}"
    if entry.standing is Standing.PRESUMED_ENDED and entry.end:
        said += f", {_side('until', 'until', entry.end)}"
    return said


def _side(reported: str, planned: str, part: Occurrence) -> str:
    """Say when a start or an end was, or is planned."""
    lead = reported if part.reported else f"{part.basis.value} {planned}"
    return f"{lead} {_dates(part)}"


def _dates(part: Occurrence) -> str:
    """Say the date of a start or an end, or all of them where the sources disagree."""
    dates = dict.fromkeys(claim.edtf for claim in sorted(part.counted, key=wording.by_window))
    if len(dates) == 1 or part.disputed:
        return " / ".join(map(wording.brief_date, dates))
    return wording.days(part.days.first, part.days.last)


def _count(entry: StateEntry, mission: str) -> str:
    """Say one count, and when it is from."""
    name = "in all" if entry.key == mission else entry.label
    quantity = wording.as_mapping(entry.value.get("quantity"))
    words = wording.quantity({**quantity, "stated": None})
    if any(quantity.get(beside) for beside in ("rivals", "others", "last_reported")):
        words += " or otherwise"
    mark = wording.basis_mark(quantity.get("basis"))
    when = wording.brief_date(str(quantity["on"]))
    return f"{name}: {words}, {mark} {when}" if mark else f"{name}: {words}, {when}"


def _whose(some: Sequence[StateEntry]) -> str:
    """Say whose contributions these are."""
    whose = list(dict.fromkeys(_nation(entry, "contributor") for entry in some))
    if len(whose) == 1:
        return f"by {whose[0] or 'whom is not stated'}"
    known = {nations.label(str(e.value["contributor"])) for e in some if _is_sure(e, "contributor")}
    if not known:
        return "by whom is not sure"
    said = f"by {known.pop()}" if len(known) == 1 else f"by {len(known)} contributors"
    sure = all(_is_sure(each, "contributor") for each in some)
    return said if sure else f"{said} and by whom is not sure"


def _nation(entry: StateEntry, field: str) -> str:
    """Say which nation or body it is, and how else it is given; empty where it is not stated."""
    if field not in entry.value:
        return ""
    given = (entry.value[field], *entry.variants.get(field, ()))
    said = " or ".join(nations.label(str(each)) for each in given)
    return f"{said}, planned" if field in entry.planned else said


def _is_sure(entry: StateEntry, field: str) -> bool:
    """Whether all sources that say it say the same, and not only a plan does."""
    return field in entry.value and field not in (*entry.variants, *entry.planned)


def _names(some: Sequence[StateEntry], legend: Legend) -> list[str]:
    """Name entries: those that are counted first, and then the shortest, to name more of them."""
    titles = [
        ("quantity" not in each.value, len(t := state_rows.title(each, legend)), t) for each in some
    ]
    return [title for *_, title in sorted(titles)]


def _dispute(entry: StateEntry, legend: Legend) -> str:
    """Say what the sources disagree on."""
    parts = (("start", entry.start), ("end", entry.end))
    said = [f", {name} {_dates(part)}" for name, part in parts if part and part.disputed]
    return f"{entry.facet} {state_rows.title(entry, legend)}{''.join(said)}"


def _listed(names: Sequence[str], room: int) -> str:
    """List names as far as there is room, and count the rest; one is always named."""
    said = ""
    for number in range(len(names), 0, -1):
        rest = len(names) - number
        said = (
            "; ".join(names[:number]) if any("," in n for n in names) else ", ".join(names[:number])
        )
        said += f" and {rest} more" if rest else ""
        if len(said) <= room:
            break
    return said

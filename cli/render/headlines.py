"""The headlines of a state, one line each, with which `mission state` begins.

led by       Denmark, since 2020-11 / 2020-12 (certain, disputed) [1-3]
strength     in all: about 500 people, Nov 2020–May 2021 (still assumed) [1]
contributed  by Denmark: EH101 transport helicopters, staff and 4 more (certain) [1-5]
"""

from collections.abc import Sequence

from cli.render import field_text, local_names, state_rows, wording
from cli.render.languages.translation import term, tr
from cli.render.legend import Legend
from cli.render.page import Line, Notes, plain
from events.facets import Basis, Role, counted_in, parties_named
from projections.state_object import State, StateEntry
from projections.summary import MAX_HEADLINES, Headline, Topic, headline_versions
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Standing

WIDTH = 80 - len("only planned") - 2
"""Characters of a line next to its topic, on a terminal of 80 columns."""


def fitting_headlines(state: State, legend: Legend) -> list[Headline]:
    """Return headlines that fit into MAX_HEADLINES lines of 80 columns; the shortest if none do."""
    chosen: list[Headline] = []
    for chosen in headline_versions(state):
        if sum(_lines(each, state.mission, legend) for each in chosen) <= MAX_HEADLINES:
            break
    return chosen


def notes(headlines: Sequence[Headline], mission: str, legend: Legend) -> Notes:
    """Lay out headlines by topic; a topic is named once.

    If they leave some of MAX_HEADLINES lines free, lists of names get a second line.
    """
    taken = sum(_lines(each, mission, legend) for each in headlines)
    before, lines = "", list[tuple[str, Line]]()
    for each in headlines:
        more = each.topic in _NAMES and taken < MAX_HEADLINES and _lines(each, mission, legend) == 1
        taken += more
        line = _line(each, mission, legend, WIDTH * (2 if more else 1))
        lines.append(("" if each.topic == before else term("topic", each.topic.value), line))
        before = each.topic
    return Notes("", lines)


def _lines(headline: Headline, mission: str, legend: Legend) -> int:
    """Return how many lines a headline takes if it names as little as possible."""
    return -(-len(plain(_line(headline, mission, legend, 0))) // WIDTH)


def _line(headline: Headline, mission: str, legend: Legend, room: int) -> Line:
    """Return a headline with its standing, dispute and sources, in `room` characters."""
    standing = wording.standing(headline.standing)
    cited = f") {legend.cited(headline.sources)}"
    more = _and_more(len(headline.more))
    lead, names, tail = _wording(headline, mission, legend)
    disputed = (", ", wording.disputed()) if headline.disputed else ()
    used = len(lead + tail + more + standing + cited + plain(disputed)) + 3
    text = f"{lead}{_listed(names, room - used)}{tail}{more} ({standing}"
    return (text, *disputed, cited) if disputed else text + cited


def _and_more(number: int) -> str:
    """Return how many more there are, after a space; empty if none."""
    return tr(" and {number} more", number=number) if number else ""


def _wording(headline: Headline, mission: str, legend: Legend) -> tuple[str, Sequence[str], str]:
    """Return a headline's text before its list of names, the names, and the text after them."""
    entries = headline.entries
    match headline.topic:
        case Topic.STRENGTH:
            return _count(entries[0], mission), (), ""
        case Topic.CONTRIBUTED:
            return f"{_whose(entries)}: ", _names(entries, legend), ""
        case Topic.DISPUTED:
            return "", [_dispute(entry, legend) for entry in entries], ""
        case Topic.LAPSED:
            until = {_dates(entry.end) for entry in entries if entry.end}
            one_date = len(until) == 1
            tail = (
                tr(", to end {date}", date=until.pop()) if one_date else tr(", each to end before")
            )
            return "", _names(entries, legend), tail
        case Topic.PLANNED:
            return "", _names(entries, legend), ""
    return _period(*entries), (), ""


_NAMES = (Topic.CONTRIBUTED, Topic.DISPUTED, Topic.LAPSED, Topic.PLANNED)
"""The topics that list names."""


def _period(entry: StateEntry, *joint: StateEntry) -> str:
    """Name a period and those `joint` with it, and when it began."""
    nation = _nation(entry, "nation")
    text = f"{_label(entry)} ({nation})" if nation else _label(entry)
    named = map(local_names.party, parties_named(entry.value.get("jointly_with")))
    if others := dict.fromkeys((*map(_label, joint), *named)):
        text = tr("{who} jointly with {others}", who=text, others=field_text.listed([*others]))
    if entry.start is None:
        return tr("{who}, since when is not stated", who=text)
    text += f", {_side(tr('since'), tr('from'), entry.start)}"
    if entry.standing is Standing.PRESUMED_ENDED and entry.end:
        text += f", {_side(tr('until'), tr('until'), entry.end)}"
    return text


def _label(entry: StateEntry) -> str:
    return local_names.label(entry.facet, entry.key, entry.label)


def _side(reported: str, planned: str, part: Occurrence) -> str:
    """Return when a start or an end was, or when it is planned."""
    lead = reported if part.reported else f"{wording.basis(part.basis)} {planned}"
    return f"{lead} {_dates(part)}"


def _dates(part: Occurrence) -> str:
    return wording.occurrence_dates(part, wording.brief_date)


def _count(entry: StateEntry, mission: str) -> str:
    """Describe a count and its date."""
    name = _label(entry)
    if counted_in(entry.key) == mission:
        name = ", ".join(filter(None, (tr("in all"), field_text.category(entry.key))))
    quantity = wording.as_mapping(entry.value.get("quantity"))
    words = wording.quantity({**quantity, "stated": None})
    if any(quantity.get(beside) for beside in ("rivals", "others", "last_reported")):
        words = tr("{quantity} or otherwise", quantity=words)
    mark = wording.basis_mark(quantity.get("basis"))
    when = wording.brief_date(str(quantity["on"]))
    return f"{name}: {words}, {mark} {when}" if mark else f"{name}: {words}, {when}"


def _whose(entries: Sequence[StateEntry]) -> str:
    """Return whose contributions these are."""
    whose = list(dict.fromkeys(_nation(entry, "contributor") for entry in entries))
    if len(whose) == 1:
        return tr("by {who}", who=whose[0]) if whose[0] else tr("by whom is not stated")
    sure_of = (e.value["contributor"] for e in entries if _is_sure(e, "contributor"))
    known = {party for each in sure_of for party in parties_named(each)}
    if not known:
        return tr("by whom is not sure")
    text = tr("by {number} contributors", number=len(known))
    if len(known) == 1:
        text = tr("by {who}", who=local_names.party(next(iter(known))))
    sure = all(_is_sure(each, "contributor") for each in entries)
    return text if sure else tr("{by_whom} and by whom is not sure", by_whom=text)


def _nation(entry: StateEntry, field: str) -> str:
    """Return an entry's nation or body and its other values in the sources; empty if not stated."""
    if field not in entry.value:
        return ""
    given = (entry.value[field], *entry.variants.get(field, ()))
    first, *others = (field_text.words(field, each) for each in given)
    text = "".join((first, *(tr(" or {value}", value=each) for each in others)))
    return f"{text}, {wording.basis(Basis.PLANNED)}" if field in entry.planned else text


def _is_sure(entry: StateEntry, field: str) -> bool:
    """Whether all sources that state a field agree, and it is not only planned."""
    return field in entry.value and field not in (*entry.variants, *entry.planned)


def _names(entries: Sequence[StateEntry], legend: Legend) -> list[str]:
    """Return titles: those with a quantity first, then the shortest, so that more of them fit."""
    titles = [
        ("quantity" not in each.value, len(t := state_rows.title(each, legend)), t)
        for each in entries
    ]
    return [title for *_, title in sorted(titles)]


def _dispute(entry: StateEntry, legend: Legend) -> str:
    """Describe what the sources disagree on."""
    parts = ((Role.START, entry.start), (Role.END, entry.end))
    disputed = [
        f", {term('role', role.value)} {_dates(part)}"
        for role, part in parts
        if part and part.disputed
    ]
    return f"{wording.facet(entry.facet)} {state_rows.title(entry, legend)}{''.join(disputed)}"


def _listed(names: Sequence[str], room: int) -> str:
    """List as many names as fit, at least one, and count the rest."""
    text = ""
    for number in range(len(names), 0, -1):
        rest = len(names) - number
        text = (
            "; ".join(names[:number]) if any("," in n for n in names) else ", ".join(names[:number])
        )
        text += _and_more(rest)
        if len(text) <= room:
            break
    return text

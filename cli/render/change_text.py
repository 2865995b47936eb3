"""How answers changed, in words: one line for each period or count.

command Denmark: no longer in the state: ended 2022-05
strength NATO Mission Iraq: 500 people, as of 2020-11 → about 450 people, as of 2022-05
contribution transport helicopters: no longer certain: possible; end reported: 2021-12
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cli.render import entry_values, field_text, state_rows, wording
from cli.render.legend import Legend
from cli.render.page import Line, plain
from events.facets import FACETS, MEASURES, Role
from projections.changes.answers import AnswerChange, WeighedPeriod
from projections.state_object import StateEntry
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Period, Standing

NOT_THAT_DAY = "not in the state of the day"


def answer(change: AnswerChange, legend: Legend) -> str:
    """Describe how one answer changed, in one line."""
    title = legend.title(change.key) if FACETS[change.facet].names_mission else change.label
    number = f", period {change.period}" if change.period > 1 else ""
    return f"{wording.facet(change.facet)} {title}{number}: {'; '.join(_said(change, legend))}"


def _said(change: AnswerChange, legend: Legend) -> Iterable[str]:
    if change.before and change.after:
        changed = list(_changed(change.before, change.after, change.fields, legend))
        return changed or [f"changed in {', '.join(change.fields)}"]
    if change.after:
        lead = "new in the state" if FACETS[change.facet].lasting else "new answer"
        return [f"{lead}: {_whole(change.after, legend)}"]
    if change.before:
        return [_gone(change.before, change.now and change.now.period, legend)]
    return [*_of_other_days(change.was, change.now, change.fields, legend), NOT_THAT_DAY]


def _whole(entry: StateEntry, legend: Legend) -> str:
    """Describe an entry: its standing, its dates and its values."""
    parts: list[Line] = [*wording.entry_standing(entry), *state_rows.when(entry)]
    return "; ".join([", ".join(map(plain, parts)), *_lines(entry, legend)])


def _lines(entry: StateEntry, legend: Legend) -> list[str]:
    return [plain(line) for line in entry_values.carried(entry, legend)]


def _gone(entry: StateEntry, now: Period | None, legend: Legend) -> str:
    """Say that an entry is not in the state any more, and why as far as its period tells."""
    if not FACETS[entry.facet].lasting:
        return f"no longer an answer: {_whole(entry, legend)}"
    standing = wording.standing(entry.standing)
    lead = f"no longer in the state, where it was {standing}"
    if now is None:
        return f"{lead}: no claim on it counts any more"
    if now.end and now.end.reported and now.end.days.last <= now.ended_by:
        return f"{lead}: ended {_occurrence(now.end)}"
    if now.mission_end and now.mission_end.last == now.ended_by:
        return f"{lead}: the mission ended {wording.days(*now.mission_end)}"
    if now.displaced and now.displaced.last == now.ended_by:
        return f"{lead}: another took over {wording.days(*now.displaced)}"
    return f"{lead}: {'; '.join(_period(now))}"


def _changed(
    old: StateEntry, new: StateEntry, fields: Sequence[str], legend: Legend
) -> Iterator[str]:
    """Yield what changed of an entry that is in both states."""
    if "standing" in fields:
        before, after = wording.standing(old.standing), wording.standing(new.standing)
        was_certain = old.standing is Standing.CERTAIN
        yield f"no longer certain: {after}" if was_certain else f"{after} (was {before})"
    if "disputed" in fields:
        yield "now disputed" if new.disputed else "no longer disputed"
    if "label" in fields:
        yield f"called {new.label} (was {old.label})"
    yield from _moved("start", old.start, new.start)
    yield from _moved("end", old.end, new.end)
    if {"last_attested", "surely_attested"} & {*fields} and FACETS[old.facet].lasting:
        yield from _attested(old, new)
    yield from _values(old, new, legend)


def _moved(side: str, old: Occurrence | None, new: Occurrence | None) -> Iterator[str]:
    """Yield how the date of a start or an end changed."""
    was, now = (part and f"{part.basis.value}: {_occurrence(part)}" for part in (old, new))
    if was == now:
        return
    if now is None:
        yield f"no {side} stated any more (was {was})"
    else:
        yield f"{side} {now}" + (f" (was {was})" if was else "")


def _occurrence(found: Occurrence) -> str:
    dates = wording.occurrence_dates(found, wording.date)
    return f"{dates}, disputed" if found.disputed else dates


def _attested(old: StateEntry, new: StateEntry) -> Iterator[str]:
    """Yield how the last attestation changed."""
    was, now = map(_last_attested, (old, new))
    if was != now:
        before = f" (was {was})" if was else ""
        yield f"last attested {now}{before}" if now else f"no longer attested{before}"


def _last_attested(entry: StateEntry) -> str:
    """Return the days of the last attestation, all of its window; nothing where there is none."""
    found = [(c.last, c.first) for c in entry.claims if c.role is Role.ATTESTATION]
    return wording.days(*max(found)[::-1]) if found else ""


def _values(old: StateEntry, new: StateEntry, legend: Legend) -> Iterator[str]:
    """Yield how the values of an entry changed: fields, then quantities, then what is beside."""
    hidden = (*MEASURES, *field_text.IN_KEY, "on", "aliases")
    names = dict.fromkeys(name for each in (old, new) for name in each.value if name not in hidden)
    for name in field_text.ordered([*names]):
        was, now = (_field(each, name) for each in (old, new))
        if was != now and not {was, now} <= {None, old.label, new.label}:
            yield _arrow(name.replace("_", " "), was, now)
    for measure in MEASURES:
        was, now = (_quantity(each, measure, legend) for each in (old, new))
        if was != now:
            yield _arrow(entry_values.MEASURE_LEADS[measure].rstrip(": "), was, now)
    before, after = (_beside(each, legend) for each in (old, new))
    yield from (line for line in after if line not in before)
    yield from (f"no longer: {line}" for line in before if line not in after)


def _arrow(name: str, was: str | None, now: str | None) -> str:
    lead = f"{name} " if name else ""
    if now is None:
        return f"{lead}no longer stated (was {was})"
    return f"{lead}{was} → {now}" if was else f"{lead}{now}"


def _field(entry: StateEntry, name: str) -> str | None:
    if name not in entry.value:
        return None
    planned = " (planned)" if name in entry.planned else ""
    return f"{field_text.words(name, entry.value[name])}{planned}"


def _quantity(entry: StateEntry, measure: str, legend: Legend) -> str | None:
    """Return the first quantity of a measure with its standing and date."""
    found = wording.as_mapping(entry.value.get(measure))
    if not found:
        return None
    words = entry_values.quantity(found, legend)
    if "on" in entry.value:
        return f"{words}, {plain(state_rows.when(entry)[0])}"
    standing = wording.standing(Standing(str(found.get("standing"))))
    return f"{words} ({standing}), {entry_values.dated(found)}"


def _beside(entry: StateEntry, legend: Legend) -> list[str]:
    """Return the lines on what else is said: other values, and other quantities."""
    facts = [plain(line) for line in entry_values.carried(_bare(entry), legend)]
    return [*facts, *_others(entry.value, legend)]


def _bare(entry: StateEntry) -> StateEntry:
    """Return an entry without its own values: only what is said differently, and of its end."""
    return replace(entry, value={})


def _others(value: Mapping[str, object], legend: Legend) -> Iterator[str]:
    for measure in MEASURES:
        found = wording.as_mapping(value.get(measure))
        for name in ("others", "rivals", "also", "last_reported"):
            stated = found.get(name)
            listed = [stated] if isinstance(stated, Mapping) else wording.as_list(stated)
            for each in map(wording.as_mapping, listed):
                words, date = entry_values.quantity(each, legend), entry_values.dated(each)
                yield f"beside it {words}, {date}"


def _of_other_days(
    was: WeighedPeriod | None, now: WeighedPeriod | None, fields: Sequence[str], legend: Legend
) -> Iterator[str]:
    """Yield how a period changed that is in the state of the day on neither side."""
    if was and now:
        changed = list(_changed(was.entry, now.entry, fields, legend))
        yield from changed or [f"changed in {', '.join(fields)}"]
    elif now:
        yield "; ".join([*_period(now.period), *_lines(now.entry, legend)])
    elif was:
        yield f"no claim on it counts any more (was {'; '.join(_period(was.period))})"


def _period(found: Period) -> Iterator[str]:
    """Yield the dates of a period: when it began and when it ended."""
    parts = ((found.start, "start"), (found.end, "end"))
    told = [f"{side} {part.basis.value}: {_occurrence(part)}" for part, side in parts if part]
    yield from told or ["neither start nor end stated"]
    if found.disputed:
        yield "disputed"

"""How answers changed, in words: one line for each period or count.

command Denmark: no longer in the state: ended 2022-05
strength NATO Mission Iraq: 500 people, as of 2020-11 → about 450 people, as of 2022-05
contribution transport helicopters: no longer certain: possible; end reported: 2021-12
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cli.render import entry_values, field_text, local_names, state_rows, wording
from cli.render.languages.translation import term, tr
from cli.render.legend import Legend
from cli.render.page import Line, plain
from events.facets import FACETS, MEASURES, Basis, Role
from projections.changes.answers import AnswerChange, WeighedPeriod
from projections.state_object import StateEntry
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Period, Standing


def answer(change: AnswerChange, legend: Legend) -> str:
    """Describe how one answer changed, in one line."""
    title = local_names.label(change.facet, change.key, change.label)
    if FACETS[change.facet].names_mission:
        title = legend.title(change.key)
    title += wording.period_mark(change.period)
    return f"{wording.facet(change.facet)} {title}: {'; '.join(_said(change, legend))}"


def _said(change: AnswerChange, legend: Legend) -> Iterable[str]:
    if change.before and change.after:
        changed = list(_changed(change.before, change.after, change.fields, legend))
        return changed or [tr("changed in {fields}", fields=", ".join(change.fields))]
    if change.after:
        lead = tr("new in the state") if FACETS[change.facet].lasting else tr("new answer")
        return [f"{lead}: {_whole(change.after, legend)}"]
    if change.before:
        return [_gone(change.before, change.now and change.now.period, legend)]
    told = _of_other_days(change.was, change.now, change.fields, legend)
    return [*told, tr("not in the state of the day")]


def _whole(entry: StateEntry, legend: Legend) -> str:
    """Describe an entry: its standing, its dates and its values."""
    parts: list[Line] = [*wording.entry_standing(entry), *state_rows.when(entry)]
    return "; ".join([", ".join(map(plain, parts)), *_lines(entry, legend)])


def _lines(entry: StateEntry, legend: Legend) -> list[str]:
    return [plain(line) for line in entry_values.carried(entry, legend)]


def _gone(entry: StateEntry, now: Period | None, legend: Legend) -> str:
    """Say that an entry is not in the state any more, and why as far as its period tells."""
    if not FACETS[entry.facet].lasting:
        return tr("no longer an answer: {answer}", answer=_whole(entry, legend))
    standing = wording.standing(entry.standing)
    lead = tr("no longer in the state, where it was {standing}", standing=standing)
    return f"{lead}: {_ended(now)}"


def _ended(now: Period | None) -> str:
    """Say why a period is not in the state, as far as it tells."""
    if now is None:
        return tr("no claim on it counts any more")
    if now.end and now.end.reported and now.end.days.last <= now.ended_by:
        return tr("ended {dates}", dates=_occurrence(now.end))
    if now.mission_end and now.mission_end.last == now.ended_by:
        return tr("the mission ended {days}", days=wording.days(*now.mission_end))
    if now.displaced and now.displaced.last == now.ended_by:
        return tr("another took over {days}", days=wording.days(*now.displaced))
    return "; ".join(_period(now))


def _was(now: str, was: str | None) -> str:
    """Return what is so now, with what was so before if anything was."""
    return tr("{now} (was {was})", now=now, was=was) if was else now


def _changed(
    old: StateEntry, new: StateEntry, fields: Sequence[str], legend: Legend
) -> Iterator[str]:
    """Yield what changed of an entry that is in both states."""
    if "standing" in fields:
        before, after = wording.standing(old.standing), wording.standing(new.standing)
        was_certain = old.standing is Standing.CERTAIN
        if was_certain:
            yield tr("no longer certain: {standing}", standing=after)
        else:
            yield _was(after, before)
    if "disputed" in fields:
        yield tr("now disputed") if new.disputed else tr("no longer disputed")
    if "label" in fields:
        yield _was(tr("called {label}", label=_label(new)), _label(old))
    yield from _moved(Role.START, old.start, new.start)
    yield from _moved(Role.END, old.end, new.end)
    if {"last_attested", "surely_attested"} & {*fields} and FACETS[old.facet].lasting:
        yield from _attested(old, new)
    yield from _values(old, new, legend)


def _label(entry: StateEntry) -> str:
    return local_names.label(entry.facet, entry.key, entry.label)


def _moved(side: Role, old: Occurrence | None, new: Occurrence | None) -> Iterator[str]:
    """Yield how the date of a start or an end changed."""
    named, was, now = term("role", side.value), _dated(old), _dated(new)
    if now and was != now:
        yield _was(tr("{side} {date}", side=named, date=now), was)
    elif was and not now:
        yield tr("no {side} stated any more (was {was})", side=named, was=was)


def _dated(found: Occurrence | None) -> str:
    """Return the basis of a start or an end, and its dates; nothing where there is none."""
    return f"{wording.basis(found.basis)}: {_occurrence(found)}" if found else ""


def _occurrence(found: Occurrence) -> str:
    dates = wording.occurrence_dates(found, wording.date)
    return f"{dates}, {tr('disputed')}" if found.disputed else dates


def _attested(old: StateEntry, new: StateEntry) -> Iterator[str]:
    """Yield how the last attestation changed."""
    was, now = map(_last_attested, (old, new))
    if was != now:
        told = tr("last attested {days}", days=now) if now else tr("no longer attested")
        yield _was(told, was)


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
        if was != now and not {was, now} <= {None, _label(old), _label(new)}:
            yield _arrow(f"{field_text.named(name)} ", was, now)
    for measure in MEASURES:
        was, now = (_quantity(each, measure, legend) for each in (old, new))
        if was != now:
            yield _arrow(entry_values.measure_lead(measure).replace(":", ""), was, now)
    before, after = (_beside(each, legend) for each in (old, new))
    yield from (line for line in after if line not in before)
    yield from (tr("no longer: {line}", line=line) for line in before if line not in after)


def _arrow(lead: str, was: str | None, now: str | None) -> str:
    if now is None:
        return _was(lead + tr("no longer stated"), was)
    return f"{lead}{was} → {now}" if was else f"{lead}{now}"


def _field(entry: StateEntry, name: str) -> str | None:
    if name not in entry.value:
        return None
    planned = f" ({wording.basis(Basis.PLANNED)})" if name in entry.planned else ""
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
                yield tr("beside it {quantity}, {date}", quantity=words, date=date)


def _of_other_days(
    was: WeighedPeriod | None, now: WeighedPeriod | None, fields: Sequence[str], legend: Legend
) -> Iterator[str]:
    """Yield how a period changed that is in the state of the day on neither side."""
    if was and now:
        changed = list(_changed(was.entry, now.entry, fields, legend))
        yield from changed or [tr("changed in {fields}", fields=", ".join(fields))]
    elif now:
        yield "; ".join([*_period(now.period), *_lines(now.entry, legend)])
    elif was:
        yield _was(tr("no claim on it counts any more"), "; ".join(_period(was.period)))


def _period(found: Period) -> Iterator[str]:
    """Yield the dates of a period: when it began and when it ended."""
    parts = ((Role.START, found.start), (Role.END, found.end))
    told = [
        tr("{side} {date}", side=term("role", side.value), date=_dated(part))
        for side, part in parts
        if part
    ]
    yield from told or [tr("neither start nor end stated")]
    if found.disputed:
        yield tr("disputed")

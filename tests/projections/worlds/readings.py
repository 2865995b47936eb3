"""Readings: which quantity answers on a day, by kind of what is counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.facets import Role
from events.fields import Quantity
from tests.projections.worlds.statements import Choice, Statement, Window, effective, window

MEASURES = ("quantity", "reserve", "personnel")
KINDS = {
    "people": ("people", "personer", "soldiers", "soldater", "troops"),
    "helicopters": ("helicopters", "helicopter", "helikoptere"),
}


@dataclass(frozen=True)
class Count:
    """One answer about a quantity."""

    event: str
    measure: str
    standing: str
    disputed: bool


@dataclass(frozen=True)
class Number:
    """A quantity that a statement gives. It answers from `answers`, and is dated `days`."""

    said: Statement
    quantity: Quantity
    days: Window
    answers: Window
    until: Window | None

    @property
    def reported(self) -> bool:
        """Whether the source says that so many were there."""
        return self.said.reported

    @property
    def rank(self) -> tuple[object, ...]:
        """What tells which of two is the later."""
        out = self.said.out
        return self.days.last, self.days.first, self.reported, out[1], out[0], self.said.position

    def excludes(self, other: "Number") -> bool:
        """Whether two have no number in common."""
        return _least(self) > _most(other) or _least(other) > _most(self)


def _least(number: Number) -> float:
    return number.quantity.min or 0


def _most(number: Number) -> float:
    return float("inf") if number.quantity.max is None else number.quantity.max


def kind(unit: str | None, key: str) -> str | None:
    """Return what is counted, by whatever word; in a category people, if nothing else is said."""
    if unit is None and key.split("/")[1:2] not in ([], ["all"]):
        return "people"
    plain = unit.casefold() if unit else None
    return next((name for name, words in KINDS.items() if plain in words), plain)


def of_kinds(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Return the counts of one key by what they count."""
    found: dict[str | None, list[Statement]] = {}
    for each in statements:
        unit = getattr(each.claim, "quantity").unit  # noqa: B009 (any claim that counts)
        found.setdefault(kind(unit, each.key), []).append(each)
    return list(found.values())


def counted(statements: Sequence[Statement], choice: Choice | None, day: int) -> list[Count]:
    """Return what answers for the quantities of one period at the close of a day."""
    found = []
    for measure in MEASURES:
        numbers = [
            _number(each, getattr(each.claim, measure))
            for each in statements
            if each.role is not Role.END and getattr(each.claim, measure, None)
        ]
        for what in {_kind_of(number) for number in numbers}:
            series = [each for each in numbers if _kind_of(each) == what]
            found += [
                Count(number.said.event, measure, standing, disputed)
                for number, standing, disputed in _answering(_chosen(series, choice), day)
            ]
    return found


def _kind_of(number: Number) -> str | None:
    facet, key = number.said.facet, number.said.key
    return kind(number.quantity.unit, key if facet in ("strength", "ceiling") else "")


def _number(said: Statement, quantity: Quantity) -> Number:
    until = getattr(said.claim, "until", None)
    return Number(said, quantity, said.days, effective(said), window(until) if until else None)


def _chosen(series: Sequence[Number], choice: Choice | None) -> list[Number]:
    if choice is None:
        return list(series)
    settled = [each.days for each in series if each.said.event in choice.claims]
    return [
        each
        for each in series
        if not each.reported
        or each.days not in settled
        or each.said.event in choice.claims
        or each.said.position > choice.position
    ]


def _answering(series: Sequence[Number], day: int) -> Iterable[tuple[Number, str, bool]]:
    """Yield the numbers that answer, with their standing and whether they are disputed."""
    surely = [each for each in series if each.answers.last <= day]
    perhaps = [each for each in series if each.answers.first <= day < each.answers.last]
    for number, standing, disputed in (*_begun(surely, day), *_beginning(perhaps)):
        if number.until and number.until.last <= day:
            continue  # it answers no more, and what it replaced does not come back
        if number.until and number.until.first <= day and standing != "expected":
            yield number, "possible", disputed
        else:
            yield number, standing, disputed


def _begun(surely: Sequence[Number], day: int) -> list[tuple[Number, str, bool]]:
    if not surely:
        return []
    top = max(surely, key=lambda each: each.rank)
    if not top.reported:
        return [(top, "expected", False)]
    reported = [each for each in surely if each.reported]
    latest = [
        each
        for each in _best_of_each_date(reported)
        if not any(_later(other.days, each.days) for other in reported)
    ]
    if any(one.excludes(other) for one in latest for other in latest):
        return [(each, "possible", _disputed(each, reported)) for each in latest]
    standing = "assumed"
    if top.days.last == day:
        standing = "certain" if top.days.first == day else "possible"
    return [(top, standing, _disputed(top, reported))]


def _beginning(perhaps: Sequence[Number]) -> list[tuple[Number, str, bool]]:
    return [
        (each, "possible" if each.reported else "expected", _disputed(each, perhaps))
        for each in _best_of_each_date(perhaps)
    ]


def _disputed(one: Number, others: Sequence[Number]) -> bool:
    return one.reported and any(
        other.reported and other.days == one.days and other.excludes(one) for other in others
    )


def _best_of_each_date(some: Sequence[Number]) -> list[Number]:
    ranked = sorted(some, key=lambda each: each.rank, reverse=True)
    return [
        each
        for at, each in enumerate(ranked)
        if each.days not in [before.days for before in ranked[:at]]
    ]


def _later(one: Window, other: Window) -> bool:
    """Whether one date is the later: on both sides, or because the other is over by then."""
    both = one.first > other.first and one.last > other.last
    return both or (one != other and one.first >= other.last)

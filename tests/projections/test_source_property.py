"""Small records with sources corrected and withdrawn: every answer against the oracle."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.projections.small_records import SOURCES, Line, records, windows, write
from tests.projections.test_state_property import agree, every_answer, examples, knowns


@examples(150)
@given(records(about_sources=True), knowns, st.integers(4, 12))
def test_answers_follow_the_sources_in_force(
    lines: list[Line], known: int | None, upto: int
) -> None:
    """What follows from a source's date is derived anew, and a withdrawn one never came out."""
    record = write(lines)
    agree(record, None, None)
    agree(record, known, upto)


numbers = st.integers(0, SOURCES - 1)


@examples(50)
@given(records(about_the_record=False), numbers, knowns)
def test_a_source_that_is_withdrawn_never_came_out(
    lines: list[Line], number: int, known: int | None
) -> None:
    """Answers are as if it had stated nothing; once reinstated, as before."""
    silent = [line for line in lines if line.step == "source" or line.source != number]
    withdrawn = write([*lines, Line("withdraw", target=number)])
    assert every_answer(withdrawn, known) == every_answer(write(silent), known)
    withdrawn.retract(withdrawn.entries[-1].id, reason="right after all")
    assert every_answer(withdrawn, known) == every_answer(write(lines), known)


@examples(50)
@given(records(about_the_record=False), numbers, windows(), knowns)
def test_a_source_with_another_date_came_out_then(
    lines: list[Line], number: int, on: str, known: int | None
) -> None:
    """Answers are as if it had been described so from the beginning."""
    moved = write([*lines, Line("move", on=on, target=number)])
    described = [replace(line, on=on) if n == number else line for n, line in enumerate(lines)]
    assert every_answer(moved, known) == every_answer(write(described), known)

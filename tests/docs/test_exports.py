"""The page on exports says of each format what the format says of itself."""

from io import BytesIO
from pathlib import Path

import pytest

from events.dates.days import day_number
from ledger.shipped.stored_log import shipped_entries
from projections.exports import timeline_svg
from projections.exports.extract import Extract
from projections.exports.registry import FORMATS, Format
from projections.record import record_in_memory

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_page_has_every_format_and_what_it_cannot_hold(form: Format) -> None:
    """Each is in the table of commands, and has its sentences on the page, word for word."""
    page = (DOCS / "exports.md").read_text("utf-8")
    assert f"`export {form.name} " in (DOCS / "reference.md").read_text("utf-8")
    assert f"`{form.name} " in page
    assert [limit for limit in form.limits if f"- {limit}" not in page] == []


def test_the_picture_on_the_page_is_what_the_command_draws() -> None:
    """The shipped record at the end of 2023, drawn anew, is the picture in the repository."""
    store = record_in_memory()
    store.continue_with(shipped_entries())
    end, target = store.position(), BytesIO()
    mission, day = ("nato-mission-iraq",), day_number(2023, 12, 31)
    timeline_svg.write(Extract(store, mission, day, end, store.tree(end).root.hex()), target)
    store.close()
    assert target.getvalue() == (DOCS / "timeline.svg").read_bytes()

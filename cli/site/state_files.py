"""A state as the files that programs and spreadsheets read: the state object, and CSV."""

import json

from cli.render import columns
from cli.render.output import csv_text
from projections.state_object import State


def state_json(found: State, position: int) -> bytes:
    """Return the state object, as recorded up to a position, as JSON."""
    text = json.dumps(found.to_json(recorded=str(position)), ensure_ascii=True, indent=1)
    return text.encode() + b"\n"


def state_csv(found: State, position: int) -> bytes:
    """Return the entries of a state as CSV, each with the mission and the clocks."""
    told = found.to_json(recorded=str(position))
    heading = {name: told[name] for name in ("mission", "on", "known", "recorded", "position")}
    entries = (entry for of_facet in found.facets.values() for entry in of_facet)
    rows = [{**heading, **columns.row(entry)} for entry in entries]
    return csv_text(rows, (*heading, *columns.entry())).encode("utf-8", "backslashreplace")

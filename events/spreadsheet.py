"""Text that a spreadsheet neither runs as a formula nor rounds as a number.

harmless("=1+1")      '=1+1
short_id("12345…")    enough digits that one of them is a letter that is no exponent
"""

import re

SHORT = 12
"""How many digits of an id a table has; every command accepts the short form."""

ID = re.compile("[0-9a-f]{64}")
_NUMBER = re.compile("[0-9]+(e[0-9]+)?")
"""Ids that a spreadsheet would read as numbers, and round."""

_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What OWASP lists under CSV injection; some locales read the full-width forms, too."""


def harmless(cell: str) -> str:
    """Return a cell of CSV with an apostrophe before what would begin a formula."""
    return f"'{cell}" if cell.startswith(_BEGIN_FORMULAS) else cell


def short_id(id_: str) -> str:
    """Return the first digits of an id, enough that a spreadsheet reads it as text."""
    longer = range(SHORT, len(id_) + 1)
    return next((id_[:end] for end in longer if not _NUMBER.fullmatch(id_[:end])), id_)

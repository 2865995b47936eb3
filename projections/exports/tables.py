"""The tidy tables, in order. To add one, write it in a module and list it here."""

from projections.exports.monthly import MONTHLY
from projections.exports.periods import PERIODS

TABLES = (PERIODS, MONTHLY)

CANNOT_HOLD = (
    "A standing holds for one day: the tables do not say how sure a period is on any other day.",
    "Which claims an answer rests on is told by event ids alone; `mission why` shows the claims.",
    "Happenings, which begin and end nothing, are in no table.",
    "A month without an answer has no row, which does not mean that nobody was there.",
    "Rows of `monthly` are no parts of a whole: counts of the same people by category, sex or"
    " another source stand beside each other, and must not be added up.",
    "Invisible characters are written as escapes (\\u202e).",
)
"""What these tables cannot hold, in sentences."""

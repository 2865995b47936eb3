"""The suites of file and disk faults fail if too little was tried: one test per minimum."""

from collections import Counter

from tests.faults.bit_flips import Flips
from tests.faults.broken import Control, conclude
from tests.faults.cuts import Cut
from tests.faults.keeping_at_it import Met
from tests.faults.table_flips import TableFlips

CONTROL = Control("forgets", lambda: None, "forgotten")


def test_cuts_that_cut_nothing_fall_short() -> None:
    """Too few cuts, too few acknowledgements before them, and nothing dropped by them, fail."""
    assert not Cut(Counter(kept=30), acknowledged=60, dropped=3).too_little(30)
    assert len(Cut(Counter(kept=29, ended=1), acknowledged=60, dropped=3).too_little(30)) == 1
    assert len(Cut(Counter(kept=30), acknowledged=59, dropped=3).too_little(30)) == 1
    assert len(Cut(Counter(kept=30), acknowledged=60, dropped=2).too_little(30)) == 1
    assert len(Cut().too_little(1)) == 3


def test_disks_that_never_fail_fall_short() -> None:
    """A run without an error, or with a writer without acknowledgement, fails."""
    assert not Met(rounds=10, troubled=2).too_little("a disk")
    assert len(Met(rounds=10, troubled=1).too_little("a disk")) == 1
    assert len(Met(rounds=10, troubled=2, unheard=1).too_little("a disk")) == 1


def test_flips_that_nobody_sees_fall_short() -> None:
    """Too few flips, too few found, or too few followed by a comparison of answers, fail."""
    assert not Flips(Counter(harmless=10, found=30)).too_little(40)
    assert len(Flips(Counter(harmless=40)).too_little(40)) == 1
    assert len(Flips(Counter(found=40)).too_little(40)) == 1
    assert len(Flips().too_little(40)) == 3
    assert not TableFlips(Counter({"found by": 20}), noticed=2).too_little(20)
    assert len(TableFlips().too_little(20)) == 3


def test_what_falls_short_or_is_faulty_fails() -> None:
    """A run with a fault or too few tries exits with 1; a control if its fault is shown."""
    assert conclude(None, [], []) == 0
    assert conclude(None, ["a fault"], []) == 1
    assert conclude(None, [], ["no kills"]) == 1
    assert conclude(CONTROL, ["all was forgotten"], []) == 1
    assert conclude(CONTROL, ["a fault"], ["no kills"]) == 0

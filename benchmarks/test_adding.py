"""Time of `mission add` for many files, compared with twice as many and with a bare append.

Run with `python -m pytest benchmarks/test_adding.py -s`. It asserts ratios within one run, since
machines differ: twice the files take at most 2.4 times as long, and `mission add`, which checks
for warnings first, takes at most three times as long as reading and appending the files alone.
The target of 2,000 events per second, as a whole process, is printed with the result.
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from events import nations
from events.files.announcement import read_announcement
from ledger.append import append_announcement
from projections.record import create_record, open_record

FILES, EVENTS = 80, 146
WANTED = 2000
MOST_FOR_TWICE, MOST_BESIDE_PLAIN = 2.4, 3.0


def monthly(folder: Path, files: int) -> list[str]:
    """Write one file per month on the contributions to six missions in turn; return the names."""
    chance = random.Random(1)
    codes = sorted(nations.known())
    folder.mkdir()
    for number in range(files):
        year, month = divmod(number, 12)
        on = f"{1990 + year}-{month + 1:02}-28"
        events = [
            f"{{type: strength-reported, counted: {code}, on: {on},"
            f" quantity: {{min: {chance.randint(1, 900)}, max: 900, unit: troops}}}}"
            for code in chance.sample(codes, 100)
        ]
        events += [
            f"{{type: participation-attested, participant: {code}, on: {on}}}"
            for code in chance.sample(codes, EVENTS - len(events))
        ]
        stated = "".join(f"  - {each}\n" for each in events)
        head = (
            f"mission: un-mission-{'abcdef'[number % 6]}\n"
            f"source: {{id: monthly-{on[:7]}, publisher: UN, title: Contributions in {on[:7]},"
            f" language: en, published: {on}}}\nevents:\n"
        )
        (folder / f"{number:03}.yaml").write_text(head + stated)
    return [str(each) for each in sorted(folder.iterdir())]


def added(files: list[str], place: Path) -> float:
    """Return how many seconds `mission add` takes for files, as a whole process."""
    create_record(place)
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cli.main", "add", *files],
        env={**os.environ, "MISSION_LEDGER": str(place)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begun


def read_and_appended(files: list[str], place: Path) -> float:
    """Return how many seconds it takes to read files and append them, without warnings."""
    create_record(place)
    begun = time.perf_counter()
    read = [read_announcement(Path(each).read_bytes(), each) for each in files]
    with open_record(place, write=True) as store:
        for announcement in read:
            append_announcement(store, announcement, by="anna")
    return time.perf_counter() - begun


def test_adding_takes_time_in_proportion_to_what_is_added(tmp_path: Path) -> None:
    """Twice the files take about twice as long, and the checks do not dominate the time."""
    files = monthly(tmp_path / "files", 2 * FILES)
    once = min(added(files[:FILES], tmp_path / f"once-{n}.sqlite") for n in range(2))
    twice = min(added(files, tmp_path / f"twice-{n}.sqlite") for n in range(2))
    plain = read_and_appended(files, tmp_path / "plain.sqlite")
    rate = 2 * FILES * EVENTS / twice
    print(
        f"\n{2 * FILES} files, {2 * FILES * EVENTS} events: {twice:.2f} s,"
        f" {rate:.0f} events/s (wanted {WANTED}); half of them {once:.2f} s;"
        f" read and appended alone {plain:.2f} s"
    )
    assert twice < MOST_FOR_TWICE * once
    assert twice < MOST_BESIDE_PLAIN * plain

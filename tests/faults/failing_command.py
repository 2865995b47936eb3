"""`mission add` with failing disk calls: exit code 2, one line of error and one of hint."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ledger.upkeep.verify import verify
from projections.record import open_record
from tests.faults.failing_disks import ERRORS
from tests.faults.keeping_at_it import UNTRUE
from tests.faults.recording import run

NEWS = """mission: mission-1
source: {id: news, publisher: A ministry, title: News, language: en, published: 2021-05}
events:
  - {type: command-attested, by: DNK, on: 2021-05-01}
"""

MISSION = "from cli.main import main; main()"


def add(
    place: Path, library: Path, chance: random.Random, before: str = ""
) -> tuple[str, list[str]]:
    """Run `mission add` with failing calls; return its error, if any, and the faults.

    `before` is Python code that runs before the first call of the command.
    """
    news = place.with_name("news.yaml")
    news.write_text(NEWS)
    what, number = chance.choice(("write", "sync")), chance.choice(ERRORS)
    fail = f"{what} {number} {chance.randint(1, 12)} {chance.choice((1, 1000))}"
    given = ["add", str(news), "--by", "anna", "--ledger", str(place)]
    ended = run([sys.executable, "-c", before + MISSION, *given], library, place, fail=fail)
    with open_record(place) as store:
        recorded = store.position()
    faults = [f"mission add ({fail}): {each}" for each in _wrong_with(ended, recorded)]
    command = [sys.executable, "-c", MISSION, *given]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    with open_record(place) as store:
        if again.returncode or store.position() != 2 or verify(store).findings:
            faults.append(f"mission add, the second time ({fail}): {again.stderr}")
    return (ended.stderr.partition("\n")[0] if ended.returncode else ""), faults


def _wrong_with(ended: "subprocess.CompletedProcess[str]", recorded: int) -> Iterator[str]:
    if recorded not in (0, 2):
        yield f"{recorded} of 2 entries are in the log"
    if ended.returncode == 0:
        if not recorded:
            yield "said that it had added what is not there"
        return
    said = [line.partition(":")[0] for line in ended.stderr.splitlines()]
    if ended.returncode != 2 or said != ["error", "hint"] or "bug" in ended.stderr:
        yield f"exit {ended.returncode}, and not one error and one hint: {ended.stderr}"
    if recorded and UNTRUE in ended.stderr:
        yield f"said that {UNTRUE}, and it was"

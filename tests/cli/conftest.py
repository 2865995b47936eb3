"""A small ledger to ask, and two ways to run the command: in this process and as another."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from events.files.announcement import read_announcement
from ledger.append import append_announcement
from projections.record import open_record
from tests.cli.desk import NEWS, OTHER, Desk
from tests.cli.facets import EARLIER, LATER
from tests.ready import empty_ledger

ROOT = Path(__file__).parents[2]

FIRST = r"""
mission: nato-mission-iraq
source:
  id: forsvaret-2020-03
  publisher: Danish Defence
  title: "Denmark [red]takes over[/red] | command *soon*"
  language: da
  published: 2020-03-04
events:
  - {type: mission-established, name: NATO Mission Iraq, aliases: [nmi], on: 2018-07}
  - {type: command-attested, by: CAN, on: 2020-03-04}
  - {type: command-handed-over, from: CAN, to: DNK, on: 2020-36, basis: planned, at: line 1}
  - type: contribution-deployed
    contribution: dnk-helicopters
    contributor: DNK
    capability: transport helicopters
    quantity: {max: 3, unit: helicopters, stated: up to three}
    on: 2021-05
    basis: planned
  - {type: commander-attested, commander: a-b, name: "=Arne\u202e Bo", on: 2020-03}
"""

SECOND = """
mission: nato-mission-iraq
source:
  id: um-2021
  publisher: Ministry of Foreign Affairs
  title: Danmark overtog kommandoen – på øst
  language: da
  published: 2021-01
  url: https://um.example/2021
events:
  - {type: command-taken-over, by: DNK, on: 2020-11, as_stated: since November}
  - {type: contribution-attested, contribution: dnk-staff, contributor: DNK, on: 2021-01}
"""

THIRD = """
mission: nato-mission-iraq
source:
  id: fmn-2022
  publisher: Ministry of Defence
  title: Looking back
  language: en
  published: "[2022-06..2022-09]"
events:
  - {type: command-taken-over, by: DNK, on: 2020-12, at: page 3}
  - {type: command-relinquished, by: DNK, on: 2022-05}
"""

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session", autouse=True)
def plain() -> Iterator[None]:
    """See to it that nothing colours or pages the answers but what a test sets."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("FORCE_COLOR", "NO_COLOR", "PAGER", "LESS"):
            environment.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger of a plan, a report, and another that disagrees with it."""
    place = empty_ledger(tmp_path_factory.mktemp("asked") / "ledger.sqlite")
    store = open_record(place, write=True)
    for number, text in enumerate((FIRST, SECOND, THIRD), 1):
        announcement = read_announcement(text.encode(), f"{number}.yaml")
        append_announcement(store, announcement, by="anna")
    store.close()
    return place


@pytest.fixture
def run(asked: Path) -> Run:
    """Run `mission` in this process on the small ledger."""

    def call(*args: str, **env: str) -> Result:
        environment = {"MISSION_LEDGER": str(asked), "COLUMNS": "80", **env}
        return CliRunner().invoke(cli, args, env=environment, prog_name="mission")

    return call


@pytest.fixture(scope="session")
def of_every_facet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger that has something in every facet."""
    place = empty_ledger(tmp_path_factory.mktemp("facets") / "ledger.sqlite")
    with open_record(place, write=True) as store:
        for text in (EARLIER, LATER):
            append_announcement(store, read_announcement(text.encode(), "news.yaml"), by="anna")
    return place


@pytest.fixture
def facets(of_every_facet: Path) -> Run:
    """Run `mission` on a ledger that has something in every facet."""

    def call(*args: str, columns: int = 80) -> Result:
        environment = {"MISSION_LEDGER": str(of_every_facet), "COLUMNS": str(columns)}
        return CliRunner().invoke(cli, args, env=environment, prog_name="mission")

    return call


@pytest.fixture
def spawn(asked: Path) -> Spawn:
    """Run `mission` as a process of its own on the small ledger."""

    def call(*args: str, stdin: bytes = b"", **env: str) -> "subprocess.CompletedProcess[bytes]":
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "COLUMNS": "80",
            "MISSION_LEDGER": str(asked),
            **env,
        }
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *args],
            cwd=ROOT,
            env={name: value for name, value in environment.items() if value},
            input=stdin,
            capture_output=True,
            check=False,
        )

    return call


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty ledger."""
    made = Desk(tmp_path)
    empty_ledger(made.place)
    return made


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A ledger with two announcements that disagree on a date."""
    assert desk("add", desk.file(NEWS), desk.file(OTHER, "other.yaml")).exit_code == 0
    return desk

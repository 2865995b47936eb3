"""Ask a ledger every kind of question, and compare the answers.

    ask_all(place)    {"state nato-mission-iraq --on 2020-12-31": Answer("answered", …), …}
    verified(place)   Answer("found", "comparing the index: the index says of position 3 …")

A question is answered, or refused with a MissionLedgerError; any other outcome is a fault.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from click.testing import CliRunner

from cli.main import cli
from events.errors import MissionLedgerError
from ledger.upkeep import verify
from projections.record import Record, open_record

NMI = "nato-mission-iraq"
MISSIONS = (NMI, "operation-inherent-resolve", "mission-0", "mission-1", "mission-2")
DAYS = ("2020-12-31", "2021-06-15", "2023-06-30")
ANSWERED, REFUSED, UNCLEAR, FOUND = "answered", "refused", "UNCLEAR", "found"
FOUND_BY = {
    "database": "SQLite's own check, or the schema",
    "changed": "a leaf of the tree",
    "tree": "the tree",
    "unreadable": "reading the entry",
    "id": "the entry's id",
    "form": "the entry's canonical form",
    "misplaced": "the entry's position",
    "index": "comparing the index",
    "claims": "comparing the claims index",
    "alias": "comparing the names",
    "projection": "the positions of the projections",
}


@dataclass(frozen=True)
class Answer:
    """How a question ended, and the digest of the answer, or the error message."""

    how: str
    said: str


def ask_all(place: Path, *, more: bool = False) -> dict[str, Answer]:
    """Ask all questions; with `more`, also through the other clocks and with more commands."""
    found = {name: _asked(partial(ask, place)) for name, ask in STORE_QUESTIONS.items()}
    for question in (*QUESTIONS, *(MORE if more else ())):
        found[" ".join(question)] = _asked(partial(_command, place, question))
    return found


def ask_undamaged(place: Path, *, more: bool = False) -> dict[str, Answer]:
    """Ask all questions of an undamaged ledger. Raises RuntimeError unless all are answered."""
    found = ask_all(place, more=more)
    for question, answer in found.items():
        if answer.how != ANSWERED:
            raise RuntimeError(f"{question} is not answered: {answer.said}")
    return found


def verified(place: Path) -> Answer:
    """Verify a ledger as `mission verify` does; ANSWERED means that nothing was found."""
    try:
        with open_record(place, check=False) as store:
            findings = verify.verify(store).findings
    except MissionLedgerError as error:
        return Answer(REFUSED, f"{type(error).__name__}: {error.message}")
    except Exception as error:
        return Answer(UNCLEAR, f"{type(error).__name__}: {error}")
    if not findings:
        return Answer(ANSWERED, "")
    by = FOUND_BY.get(findings[0].code, findings[0].code)
    if any(each.message.startswith(f"{place.name}-wal") for each in findings):
        by = "checksums of the write-ahead log"
    return Answer(FOUND, f"{by}: {findings[0].message}")


def _asked(ask: Callable[[], bytes]) -> Answer:
    try:
        return Answer(ANSWERED, hashlib.sha256(ask()).hexdigest())
    except MissionLedgerError as error:
        return Answer(REFUSED, f"{type(error).__name__}: {error.message}")
    except Exception as error:
        return Answer(UNCLEAR, f"{type(error).__name__}: {error}")


def _command(place: Path, question: tuple[str, ...]) -> bytes:
    """Return what a command prints, and its exit code."""
    came = CliRunner().invoke(cli, question, env={"MISSION_LEDGER": str(place)})
    if came.exception and not isinstance(came.exception, SystemExit):
        raise came.exception
    if came.exit_code == 2:
        raise MissionLedgerError(came.stderr.partition("\n")[0])
    return b"%d " % came.exit_code + came.stdout_bytes


def _opened(ask: Callable[[Record], Iterator[object]]) -> Callable[[Path], bytes]:
    def asked(place: Path) -> bytes:
        with open_record(place) as store:
            return "\n".join(map(repr, ask(store))).encode()

    return asked


def _entries(store: Record) -> Iterator[object]:
    for entry in store.entries():
        yield entry.raw
        if entry.position % 5 == 0:
            yield [found.position for found in store.starting_with(entry.id)]
            yield store.position_at(entry.recorded_at)


def _missions(store: Record) -> Iterator[object]:
    yield store.missions()
    for mission in MISSIONS:
        yield [entry.position for entry in store.of_mission(mission)]
        yield store.mission_named(mission), store.periods(mission)
    for aliases in store.names().values():
        yield from (store.mission_named(name) for name in aliases)


def _sources(store: Record) -> Iterator[object]:
    for source in store.source_ids():
        yield store.missions_citing(source), [each.position for each in store.of_sources([source])]
    yield store.parties()


def _tree(store: Record) -> Iterator[object]:
    size = store.position()
    for level in range(size.bit_length()):
        yield store.nodes(level, 0, size >> level)
    yield store.tree().root


STORE_QUESTIONS = {
    "the entries": _opened(_entries),
    "the missions": _opened(_missions),
    "the sources": _opened(_sources),
    "the tree": _opened(_tree),
}
_JSON = ("--format", "json")
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("missions", *_JSON),
    ("sources", *_JSON),
    ("log", "--format", "jsonl"),
    ("find", "--who", "DNK", "--on", "2021-06-15", *_JSON),
    ("find", "--what", "helicopters", "--on", "2021-06-15", *_JSON),
    *(("state", NMI, "--on", day, *_JSON) for day in DAYS),
    *(("state", mission, "--on", DAYS[0], *_JSON) for mission in MISSIONS[1:]),
)
_CLOCKS = (("--known", "2020-06-30"), ("--recorded", "40"), ("--recorded", "2026-01-05"))
MORE: tuple[tuple[str, ...], ...] = (
    *(("state", NMI, "--on", day, *clock, *_JSON) for day in DAYS[1:] for clock in _CLOCKS),
    *(("timeline", mission, *_JSON) for mission in MISSIONS),
    ("timeline", NMI, "--during", "2020..2021", *_JSON),
    *(("timeline", "--who", "DNK", *clock, *_JSON) for clock in ((), *_CLOCKS)),
    *(("plans", "--on", "2021-01-31", *clock, *_JSON) for clock in ((), *_CLOCKS)),
    *(("find", "--who", "DNK", "--on", "2021-06-15", *clock, *_JSON) for clock in _CLOCKS),
    ("find", "--who", "DNK", "--during", "2018..2022", *_JSON),
    ("missions", "--recorded", "40", *_JSON),
    ("sources", NMI, *_JSON),
    ("log", "--mission", NMI, "--format", "jsonl"),
    ("why", NMI, "DNK", "--facet", "command", "--on", "2021-06-15", *_JSON),
    ("history", NMI, "DNK", *_JSON),
    ("diff", NMI, "--on", "2020-06-01..2021-06-15", *_JSON),
)

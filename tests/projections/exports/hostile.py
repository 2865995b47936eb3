"""A small record with everything that can go wrong in a file, and extracts of it."""

from pathlib import Path

from events.dates.edtf import parse
from events.files.announcement import read_announcement
from events.publication import close_of_day
from ledger.append import append_announcement
from projections.exports.extract import Extract
from projections.record import Record, record_in_memory

FIRST = r"""
mission: odd-mission
source:
  id: odd-2019
  publisher: "=HYPERLINK(\"http://evil.example\")"
  title: "<script>alert(1)</script> & 100 % of #1_a {b} \\input{x} ~ ^ $5 – på øst"
  language: da
  published: "[2019-03..2019-04]"
  url: "https://odd.example/a_b?x=1&y=%7B#c"
  archived: https://web.archive.org/web/2020/https://odd.example/a_b
  retrieved: 2020-05-06
  digest: sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
events:
  - {type: mission-established, name: "=cmd|' /C calc'!A0", aliases: [odd], on: 1898-05-04}
  - {type: command-taken-over, by: DNK, on: 2018-33}
  - type: commander-attested
    commander: a-b
    name: "Anna\u202e\u200b \uffff </svg> Bo"
    on: 2019-02
  - type: contribution-deployed
    contribution: frigate
    contributor: [DNK, NOR]
    capability: "@frigate"
    quantity: {max: 3, unit: ships, stated: up to three}
    on: 2019-01-15
    note: with care
  - type: contribution-deployed
    contribution: planned
    contributor: SWE
    on: 2020-06
    basis: planned
  - type: contribution-deployed
    contribution: lapsed
    contributor: NOR
    on: 2018
  - {type: contribution-withdrawn, contribution: lapsed, on: 2019-12, basis: planned}
  - type: strength-reported
    counted: DNK
    quantity: {min: 150, max: 150, unit: soldiers}
    on: 2018-11-20
  - type: strength-reported
    counted: DNK
    quantity: {min: 90, max: 110, approximate: true, unit: people}
    on: 2019-02
  - {type: strength-reported, counted: DNK, quantity: {min: 4, max: 4, unit: tanks}, on: 2019-02-01}
  - {type: strength-reported, counted: NOR, category: police, quantity: {max: 9}, on: "[..2019-01]"}
  - {type: ceiling-authorised, counted: DNK, quantity: {max: 200, unit: people}, on: 2018-10-01}
"""

SECOND = """
mission: odd-mission
source: {id: odd-2021, publisher: Press, title: 'Quoted "title"', language: en, published: 2021-22~}
events:
  - {type: command-taken-over, by: DNK, on: 2018-12-24, at: page 3, as_stated: at Christmas}
  - type: strength-reported
    counted: DNK
    quantity: {min: 160, max: 160, unit: troops}
    on: 2018-11-20
  - {type: contribution-withdrawn, contribution: frigate, on: 2020-02, reason: done}
"""

THIRD = """
mission: other-mission
source: {id: odd-1898, publisher: Old Press, title: Gone, language: en, published: 1898}
events:
  - {type: mission-established, name: "@article{oops,", on: 1898-01}
  - {type: command-taken-over, by: CAN, on: 1898-02-03}
  - {type: command-relinquished, by: CAN, on: 1898-06}
"""

FOURTH = """
mission: other-mission
source:
  {id: odd-2022, publisher: Forger, title: "@misc{x, title={y}}", language: en, published: 2022}
events:
  - {type: mission-attested, on: 1898-04}
"""

FIFTH = """
mission: other-mission
source: {id: odd-2023, publisher: Press, title: Put right, language: en, published: 2023-01-02}
events:
  - {type: source-withdrawn, about: odd-2022, reason: forged}
  - {type: source-corrected, about: odd-1898, title: Gone again, reason: misread}
  - {type: mission-attested, on: 1898-05}
"""

ON = "2020-01-31"


def record() -> Record:
    """Return the record, in memory."""
    made = record_in_memory()
    for text in (FIRST, SECOND, THIRD, FOURTH, FIFTH):
        append_announcement(made, read_announcement(text.encode(), "odd.yaml"), by="anna")
    return made


def extract_of(
    store: Record,
    *missions: str,
    on: str = ON,
    known: str | None = None,
    position: int | None = None,
) -> Extract:
    """Return an extract of some missions, or of all of them."""
    day = parse(on).window.last
    until = parse(known).window.last if known else None
    assert day is not None
    end = position or store.position()
    return Extract(
        store,
        missions or tuple(each.mission for each in store.missions(upto=end)),
        day,
        end,
        store.tree(end).root.hex(),
        None if until is None else close_of_day(until),
        known,
        None if position is None else str(position),
    )


def target(folder: Path, name: str) -> Path:
    """Return a new folder to write to."""
    made = folder / name
    made.mkdir()
    return made

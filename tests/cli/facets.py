"""A record of every facet, and what its tests ask of it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

Run = Callable[..., Result]

EARLIER = """
mission: training-mission
source:
  id: ministry-2020
  publisher: A ministry
  title: Who gives what
  language: en
  published: 2020-03-05
events:
  - type: mission-established
    name: Training Mission
    aliases: [tm]
    organisation: NATO
    host: [IRQ, SYR]
    task: Train the security forces
    on: 2014-01-01
  - type: mandate-adopted
    mandate: b-108
    name: A decision of parliament
    issuer: Folketinget
    number: B 108
    vote: {for: 102, against: 0, abstained: 3}
    rests_on: unscr-2170
    on: 2014-10-02/2021-01-31
  - {type: command-taken-over, by: DEU, jointly_with: [NLD], on: 2019-06-01}
  - {type: command-taken-over, by: NLD, on: 2019-06-01}
  - type: commander-appointed
    commander: kazura
    post: force-commander
    name: Andrzej Kazura
    rank: Major General
    nation: POL
    on: 2019-06-01
  - {type: commander-appointed, commander: lollesgaard, name: Michael Lollesgaard, on: 2019-02-01}
  - {type: participation-joined, participant: PRT, on: 2015-01}
  - type: contribution-deployed
    contribution: airlift
    contributor: [BEL, NOR, PRT]
    capability: tactical airlift
    quantity: {min: 2, max: 2, unit: helicopters}
    personnel: {min: 80, max: 80, unit: personer, stated: 80 mand}
    formation: 86th Brigade
    rotation: "12"
    location: near the runway
    place: erbil
    under: b-108
    on: 2019-11-01
  - type: contribution-strength-reported
    contribution: airlift
    quantity: {min: 75, max: 75, unit: people}
    on: 2020-02-01
    until: 2021
  - {type: contribution-deployed, contribution: deu-mech, contributor: DEU, on: 2020-01-10}
  - type: place-opened
    place: erbil
    name: Erbil base
    country: IRQ
    coordinates: "36.19, 44.01"
    facility: headquarters
    on: 2015-01
  - type: strength-reported
    counted: DEU
    category: police
    sex: female
    quantity: {min: 5, max: 5, unit: police officers}
    on: 2020-03-01
  - type: strength-reported
    counted: DEU
    category: police
    quantity: {min: 19, max: 19, unit: police officers}
    on: 2020-03-01
  - type: strength-reported
    counted: DEU
    quantity: {min: 430, max: 430, unit: soldater}
    on: 2020-03-01
  - {type: strength-reported, counted: DEU, quantity: {min: 8, max: 8, unit: tanks}, on: 2020-03-01}
  - type: ceiling-authorised
    counted: DEU
    quantity: {max: 500, unit: people}
    under: b-108
    on: 2020-01-01
  - type: budget-allocated
    budget: fl-2020
    name: Money for 2020
    contributor: DNK
    quantity: {min: 450, max: 450, unit: million DKK}
    on: 2020-01/2020-12
  - type: phase-begun
    phase: suspended
    name: Training suspended
    reason: an attack
    on: 2020-01-05
  - type: relation-declared
    other: other-mission
    kind: works beside
    on: 2018
  - type: happening-reported
    happening: attack
    kind: attack
    name: Attack on the base
    nations: [USA, DNK]
    place: erbil
    on: 2020-01-08
  - type: happening-reported
    happening: visit
    kind: visit
    nations: [DNK]
    location: Baghdad
    on: 2020-02
  - {type: happening-reported, happening: parade, kind: ceremony, on: 2020-06, basis: planned}
"""

LATER = """
mission: training-mission
source: {id: press-2021, publisher: Press, title: Hjem, language: da, published: 2021-06}
events:
  - {type: contribution-attested, contribution: airlift, contributor: [BEL, SWE], on: 2020-03}
  - {type: contribution-withdrawn, contribution: deu-mech, reason: the task was done, on: 2021-05}
  - type: commander-relieved
    commander: kazura
    post: force-commander
    reason: promoted
    on: 2021-01
  - type: mandate-extended
    mandate: b-108
    number: B 21
    vote: {for: 88, against: 12}
    on: 2022-01-31
  - {type: place-closed, place: erbil, on: 2020-05-01}
"""

ON = "2020-03-05"
"""A day on which every facet but happenings has an entry."""


def said(run: Run, *args: str) -> Any:  # noqa: ANN401 (JSON)
    """Run a command for JSON and return it."""
    result = run(*args, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def sheet(run: Run, *args: str) -> list[dict[str, str]]:
    """Run a command for CSV and return its rows, after checking that all have the same columns."""
    text = run(*args, "--format", "csv").stdout
    names, *rows = csv.reader(io.StringIO(text))
    assert len(set(names)) == len(names)
    assert {len(row) for row in rows} == {len(names)}
    return [dict(zip(names, row, strict=True)) for row in rows]

"""Who takes part: nations by ISO 3166-1 alpha-3 code, bodies by their usual acronym.

`nations.csv`, beside this, has a row a nation: its codes, its name in English and in Danish, and
what else it and what is its own are called (Holland; Dutch; hollandsk).
"""

import csv
import re
from functools import cache
from pathlib import Path

from events.names import NamedThing, called

BODIES = (
    NamedThing("AU", ("African Union", "Den Afrikanske Union")),
    NamedThing("CSTO", ("Collective Security Treaty Organization",)),
    NamedThing("ECOWAS", ("Economic Community of West African States",)),
    NamedThing("EU", ("European Union", "Den Europæiske Union")),
    NamedThing("NATO", ("NATO", "North Atlantic Treaty Organization", "Atlantpagten")),
    NamedThing("OAS", ("Organization of American States",)),
    NamedThing("OSCE", ("Organization for Security and Co-operation in Europe",)),
    NamedThing("UN", ("United Nations", "FN", "De Forenede Nationer")),
)

_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,15}")


@cache
def known() -> dict[str, NamedThing]:
    """Return every nation and body known here by its code; read when first asked for."""
    with Path(__file__).with_name("nations.csv").open(encoding="utf-8", newline="") as file:
        nations = [
            NamedThing(
                row["code"],
                tuple(
                    filter(
                        None,
                        (row["english"], row["danish"], row["alpha2"], *row["also"].split(";")),
                    )
                ),
            )
            for row in csv.DictReader(file)
        ]
    return {each.key: each for each in (*BODIES, *nations)}


def label(code: str) -> str:
    """Return the name that goes with a code, or the code itself where none is known."""
    found = known().get(code)
    return found.names[0] if found else code


def fault(code: str) -> str | None:
    """Say what is wrong with a nation or body code, or None where nothing is.

    Three letters are a nation's alpha-3 code unless a body goes by them; longer acronyms are
    taken for bodies, since no list of those is complete.
    """
    if code in known():
        return None
    if meant := called(code, list(known().values())):
        return f"write {' or '.join(f'{each.key} for {each.names[0]}' for each in meant)}"
    if not _CODE.fullmatch(code):
        return "a nation is an ISO 3166-1 alpha-3 code (DNK), a body its acronym in capitals (NATO)"
    if len(code) <= 3:
        return f"{code} is not an ISO 3166-1 alpha-3 code, nor a body known here"
    return None

"""Nations by ISO 3166 alpha-3 code, and international bodies by their usual acronym.

Those that are no more have their codes of ISO 3166-3: `YUG`, `CSK`.

`nations.csv` in this folder has one row per nation: its codes, its names in English and Danish,
and its other names and adjectives (Holland; Dutch; hollandsk).
"""

import csv
import re
from functools import cache
from pathlib import Path

from events.names import NamedThing, matching

_BODIES = {
    "AU": ("African Union", "Den Afrikanske Union"),
    "CSTO": (
        "Collective Security Treaty Organization",
        "Organisationen for Traktaten om Kollektiv Sikkerhed",
    ),
    "ECOWAS": (
        "Economic Community of West African States",
        "Det Økonomiske Fællesskab af Vestafrikanske Stater",
    ),
    "EU": ("European Union", "Den Europæiske Union"),
    "NATO": ("NATO", "", "North Atlantic Treaty Organization", "Atlantpagten"),
    "OAS": ("Organization of American States", "Organisationen af Amerikanske Stater"),
    "OSCE": (
        "Organization for Security and Co-operation in Europe",
        "Organisationen for Sikkerhed og Samarbejde i Europa",
    ),
    "UN": ("United Nations", "FN", "De Forenede Nationer"),
}
"""The names of bodies: in English, in Danish (empty where it is the same), and others."""

BODIES = tuple(NamedThing(code, tuple(filter(None, names))) for code, names in _BODIES.items())

_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,15}")


@cache
def _rows() -> list[dict[str, str]]:
    with Path(__file__).with_name("nations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def known() -> dict[str, NamedThing]:
    """Return all nations and bodies by code; the file is read on first use."""
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
        for row in _rows()
    ]
    return {each.key: each for each in (*BODIES, *nations)}


@cache
def _danish() -> dict[str, str]:
    """Return the Danish names of nations and bodies by code; empty where it is the English one."""
    bodies = {code: danish for code, (_, danish, *_) in _BODIES.items()}
    return bodies | {row["code"]: row["danish"] for row in _rows()}


def label(code: str, language: str = "en") -> str:
    """Return the name for a code in English or Danish (`da`), or the code itself if unknown."""
    if language == "da" and (danish := _danish().get(code)):
        return danish
    found = known().get(code)
    return found.names[0] if found else code


def problem_with(code: str) -> str | None:
    """Return what is wrong with a nation or body code; None if it is valid.

    Three letters must be a nation's alpha-3 code or a known body; longer acronyms are accepted as
    bodies, since no list of bodies is complete.
    """
    if code in known():
        return None
    if meant := matching(code, list(known().values())):
        return f"write {' or '.join(f'{each.key} for {each.names[0]}' for each in meant)}"
    if not _CODE.fullmatch(code):
        return "write a nation as its ISO 3166 alpha-3 code (DNK), a body as its acronym (NATO)"
    if len(code) <= 3:
        return f"{code} is neither an ISO 3166 alpha-3 code nor a known body"
    return None

"""Who takes part: nations by ISO 3166-1 alpha-3 code, bodies by their usual acronym."""

import re
from functools import cache

BODIES = {
    "AU": "African Union",
    "CSTO": "Collective Security Treaty Organization",
    "ECOWAS": "Economic Community of West African States",
    "EU": "European Union",
    "NATO": "NATO",
    "OAS": "Organization of American States",
    "OSCE": "Organization for Security and Co-operation in Europe",
    "UN": "United Nations",
}

_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,15}")


@cache
def _nations() -> dict[str, tuple[str, str]]:
    """Alpha-2 code and name by alpha-3 code; loaded when a code is first looked up."""
    from iso3166 import countries  # noqa: PLC0415 (start-up time)

    return {country.alpha3: (country.alpha2, country.apolitical_name) for country in countries}


def label(code: str) -> str:
    """Return the name that goes with a code, or the code itself where none is known."""
    if code in BODIES:
        return BODIES[code]
    nation = _nations().get(code)
    return nation[1] if nation else code


def fault(code: str) -> str | None:
    """Say what is wrong with a nation or body code, or None where nothing is.

    Three letters are a nation's alpha-3 code unless a body goes by them; longer acronyms are
    taken for bodies, since no list of those is complete.
    """
    if code in BODIES or code in _nations():
        return None
    for alpha3, (alpha2, name) in _nations().items():
        if code.upper() in (alpha2, alpha3, name.upper()):
            return f"write {alpha3} for {name}"
    if not _CODE.fullmatch(code):
        return "a nation is an ISO 3166-1 alpha-3 code (DNK), a body its acronym in capitals (NATO)"
    if len(code) <= 3:
        return f"{code} is not an ISO 3166-1 alpha-3 code, nor a body known here"
    return None

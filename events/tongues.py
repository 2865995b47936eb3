"""The words for dates in each language that announcements are read in."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "da"]


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language's words for dates, in small letters without accents.

    The tables give each word its number; the other fields are regular expressions.
    """

    code: Language
    months: dict[str, int]
    seasons: dict[str, int]
    ordinals: dict[str, int]
    numbers: dict[str, int]
    parts: dict[str, int]  # to the EDTF code of that part of a year
    lead: str
    of: str
    day: str
    month_first: str
    quarter: str
    half: str
    by: str
    since: str
    starting: str
    still: str
    onwards: str
    span: str
    between: str
    ahead: str


def _numbered(words: str, first: int = 1) -> dict[str, int]:
    """Give the words of a list their numbers; `a|b` are two words for the same."""
    listed = enumerate(words.split(), first)
    return {word: number for number, group in listed for word in group.split("|")}


def _with_short_forms(months: dict[str, int]) -> dict[str, int]:
    return {name[:size]: n for name, n in months.items() for size in (3, 4, len(name))}


ENGLISH = Tongue(
    code="en",
    months=_with_short_forms(
        _numbered(
            "january february march april may june july august september october november december"
        )
    ),
    seasons=_numbered("spring summer autumn|fall winter", 21),
    ordinals=_numbered("first|1st second|2nd third|3rd fourth|4th") | {"last": -1},
    numbers=_numbered("one|a|1 two|2 three|3 four|4 five|5"),
    parts={
        **dict.fromkeys(("beginning of", "start of", "early in", "early"), 33),
        **dict.fromkeys(("middle of", "mid"), 38),
        **dict.fromkeys(("end of", "late in", "late"), 36),
    },
    lead=r"(?:(?:in|on|at|during) )?(?:the )?",
    of=r"(?:of |in )?",
    day=r"([0-9]{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)[.,]* ([0-9]{4})",
    month_first=r"([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})",
    quarter="quarter",
    half="half",
    by=r"(?:by|no later than|not later than|before)",
    since=r"(?:ever )?since",
    starting=r"(?:as of|as from|from)",
    still=r"(?:and )?still(?: so)?|to date|until now",
    onwards=r"onwards?|and onwards?",
    span=r"(?:(?:in )?the period )?(?:from )?(.+?) (?:to|until) (.+)",
    between=r"(?:(?:in )?the period )?between (.+?) and (.+)",
    ahead=r"from (.+?) and (?:for )?([a-z0-9]+) years? (?:ahead|on|onwards?|forward)",
)

DANISH = Tongue(
    code="da",
    months=_with_short_forms(
        _numbered(
            "januar februar marts april maj juni juli august september oktober november december"
        )
    ),
    seasons=_numbered("foraar|foraaret sommer|sommeren efteraar|efteraaret vinter|vinteren", 21),
    ordinals=_numbered("foerste|1. anden|andet|2. tredje|3. fjerde|4.") | {"sidste": -1},
    numbers=_numbered("et|1 to|2 tre|3 fire|4 fem|5") | {"ét": 1},
    parts={
        **dict.fromkeys(("primo", "begyndelsen af", "starten af", "tidligt i"), 33),
        **dict.fromkeys(("medio", "midten af", "midt i"), 38),
        **dict.fromkeys(("ultimo", "udgangen af", "slutningen af", "sent i"), 36),
    },
    lead=r"(?:(?:i|ved|pr\.) )?(?:den |d\. )?",
    of=r"(?:af |i )?",
    day=r"([0-9]{1,2})\.? ([a-z]+)[.,]* ([0-9]{4})",
    month_first=r"(?!)",
    quarter="kvartal",
    half="(?:halvaar|halvdel)",
    by=r"(?:senest|ikke senere end|inden|foer)",
    since="siden",
    starting="fra",
    still=r"(?:og )?(?:stadig|fortsat)|til dato|til nu",
    onwards=r"og frem|og fremefter",
    span=r"(?:(?:i )?perioden )?(?:fra )?(.+?) (?:og frem til|frem til|til) (.+)",
    between=r"(?:(?:i )?perioden )?mellem (.+?) og (.+)",
    ahead=r"fra (.+?) og ([a-zé0-9]+) aar frem",
)

TONGUES = (ENGLISH, DANISH)

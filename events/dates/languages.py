"""The words for dates, one table for each supported language.

To add a language, write its table, add its code to `Language` and the table to `LANGUAGES`. Words
are lower case without accents: å is aa, æ ae, ø oe (`events.dates.phrase_units.normalized`).
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "da"]


@dataclass(frozen=True, slots=True, eq=False)
class DateWords:
    """A language's words for dates.

    The dictionaries map words to numbers. The strings are regular expressions: those from `lead`
    to `still` match words only; those from `day` on have groups for the dates and their parts.
    """

    code: Language
    name: str
    months: dict[str, int]
    weekdays: dict[str, int]  # Monday is 1
    seasons: dict[str, int]  # word to EDTF code
    ordinals: dict[str, int]  # -1 means last
    numbers: dict[str, int]
    years: frozenset[str]  # words for a year as a duration
    parts: dict[str, int]  # word to EDTF code of a part of a year
    days: dict[str, int]  # word to offset in days from today
    coming: frozenset[str]  # words for future days
    lead: str  # optional words before any date that do not change it
    article: str
    of: str
    quarter: str
    half: str
    year_end: str
    turn_of_year: str
    lookalikes: str  # valid words that resemble misspellings of others
    about: str  # words for approximation
    fiscal_year: str
    before: str
    by: str
    by_then: str  # the same after a date
    after: str
    or_later: str  # the same after a date
    as_of: str
    starting: str
    onwards: str
    since: str
    at_least: str
    still: str
    day: tuple[str, ...]  # groups day, month, year
    either: str
    between: str
    span: str
    ahead: tuple[str, ...]  # groups start, number, length


def _numbered(words: str, first: int = 1) -> dict[str, int]:
    """Return the words of a list with their numbers; `a|b` are synonyms with the same number."""
    listed = enumerate(words.split(), first)
    return {word: number for number, group in listed for word in group.split("|")}


def _with_short_forms(months: dict[str, int]) -> dict[str, int]:
    return {name[:size]: n for name, n in months.items() for size in (3, 4, len(name))}


ENGLISH = DateWords(
    code="en",
    name="English",
    months=_with_short_forms(
        _numbered(
            "january february march april may june july august september october november december"
        )
    ),
    weekdays=_numbered(
        "monday|mon tuesday|tues|tue wednesday|weds|wed thursday|thurs|thur|thu friday|fri"
        " saturday|sat sunday|sun"
    ),
    seasons=_numbered("spring summer autumn|fall winter", 21),
    ordinals=_numbered("first|1st second|2nd third|3rd fourth|4th") | {"last": -1},
    numbers=_numbered(
        "one|a|1 two|2 three|3 four|4 five|5 six|6 seven|7 eight|8 nine|9 ten|10 eleven|11"
        " twelve|12"
    ),
    years=frozenset({"year", "years"}),
    parts={
        **dict.fromkeys(("beginning of", "start of", "start"), 33),
        **dict.fromkeys(("early in", "early"), 37),
        **dict.fromkeys(("middle of", "mid"), 38),
        **dict.fromkeys(("late in", "late"), 39),
        **dict.fromkeys(("end of", "end"), 36),
    },
    days={"today": 0, "yesterday": -1},
    coming=frozenset({"tomorrow"}),
    lead=(
        "(?:(?:(?:in|over) the course of|some ?time (?:in|during)|in|on|at|during|within) )?"
        "(?:the )?(?:year (?=[0-9x]))?"
    ),
    article="(?:the )?",
    of="(?:of |in )?",
    quarter="quarter",
    half="half",
    year_end="year[ -]end|year's end|end of (?:the )?year",
    turn_of_year="turn of the year",
    lookalikes="",
    about=r"about|around|roughly|approximately|approx\.?|circa|ca\.?|c\.",
    fiscal_year=r"fy ?'?[0-9]{2,4}|fiscal|financial",
    before="before|prior to|earlier than",
    by=(
        "(?:by )?(?:no|not) later than|by|not after|(?:on|in) or before"
        "|(?:until|till|up to|up until)(?: and including)?"
    ),
    by_then="at the latest|or earlier|or before",
    after=(
        "after|later than|not before|not until|(?:not|no) (?:earlier|sooner) than"
        "|(?:on|in) or after"
    ),
    or_later="at the earliest|or later|or after",
    as_of="as of|as at",
    starting="as from|as of|with effect from|effective from|starting(?: in| on| from)?|from",
    onwards="(?:and )?onwards?",
    since="(?:ever )?since",
    at_least="at least",
    still=(
        "(?:and )?still(?: so)?|to date|(?:to|until|up to) (?:the )?present|(?:until|up to) now"
        "|until today"
    ),
    day=(
        r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ -](?:of )?(?P<month>[a-z]+)[.,]*[ -]"
        "(?P<year>[0-9]{4})",
        r"(?P<month>[a-z]+)\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})",
    ),
    either="(?:either )?(.+?) or (.+)",
    between="(?:(?:in )?the period )?(?:some ?time )?between (.+?) and (.+)",
    span=(
        "(?:(?:(?:in|for|during) )?the period )?(?:from )?(.+?)"
        " (?:to|until|till|through|up to)(?: and including)? (.+)"
    ),
    ahead=(
        "from (?P<start>.+?) (?:and )?(?:for )?(?P<number>[a-z0-9]+) (?P<length>[a-z]+)"
        " (?:ahead|on|onwards?|forward)",
        "from (?P<start>.+?) (?:and )?for (?P<number>[a-z0-9]+) (?P<length>[a-z]+)",
        "for (?P<number>[a-z0-9]+) (?P<length>[a-z]+) from (?P<start>.+)",
    ),
)

DANISH = DateWords(
    code="da",
    name="Danish",
    months=_with_short_forms(
        _numbered(
            "januar februar marts april maj juni juli august september oktober november december"
        )
    ),
    weekdays=_numbered(
        "mandag|man tirsdag|tirs|tir onsdag|ons torsdag|tors|tor fredag|fre"
        " loerdag|loer soendag|soen"
    ),
    seasons=_numbered("foraar|foraaret sommer|sommeren efteraar|efteraaret vinter|vinteren", 21),
    ordinals=_numbered("foerste|1. anden|andet|2. tredje|3. fjerde|4.") | {"sidste": -1},
    numbers=_numbered(
        "et|en|1 to|2 tre|3 fire|4 fem|5 seks|6 syv|7 otte|8 ni|9 ti|10 elleve|11 tolv|12"
    ),
    years=frozenset({"aar"}),
    parts={
        **dict.fromkeys(("primo", "begyndelsen af", "starten af", "start"), 33),
        **dict.fromkeys(("tidligt i",), 37),
        **dict.fromkeys(("medio", "midten af", "midt i"), 38),
        **dict.fromkeys(("sent i", "sidst i"), 39),
        **dict.fromkeys(("ultimo", "udgangen af", "slutningen af", "slut"), 36),
    },
    days={"i dag": 0, "idag": 0, "i gaar": -1, "igaar": -1},
    coming=frozenset({"i morgen", "imorgen"}),
    lead=(
        "(?:(?:i loebet af|inden ?for|engang i|paa et tidspunkt i|i|ved|paa) )?"
        r"(?:den |d\. )?(?:aaret (?=[0-9x]))?"
    ),
    article=r"(?:den |d\. )?",
    of="(?:af |i )?",
    quarter="kvartal",
    half="(?:halvaar|halvdel)",
    year_end="(?:udgangen|slutningen) af aaret|aarets (?:udgang|slutning)",
    turn_of_year="aarsskiftet",
    lookalikes="seneste",
    about=r"omkring|cirka|ca\.?|omtrent|rundt regnet",
    fiscal_year="finansaar(?:et)?|regnskabsaar(?:et)?",
    before="foer|forud for|tidligere end",
    by=(
        "senest|ikke senere end|ikke efter|inden|(?:i|paa) eller foer"
        "|(?:indtil|(?:op|frem) til)(?: og med)?|til og med"
    ),
    by_then="eller tidligere|eller foer",
    after="efter|senere end|ikke foer|ikke tidligere end|tidligst|(?:i|paa) eller efter",
    or_later="eller senere|eller efter",
    as_of=r"pr\.?|per",
    starting=r"fra og med|fra|med virkning fra(?: og med)?|pr\.",
    onwards="og frem(?:ad|efter)?",
    since="(?:lige )?siden",
    at_least="mindst|i hvert fald",
    still=(
        "(?:og )?(?:stadig|fortsat)|(?:(?:frem )?til|indtil) (?:dato|dags dato|nu|i dag)"
        "|til og med i dag"
    ),
    day=(r"(?P<day>[0-9]{1,2})\.?[ -](?P<month>[a-z]+)[.,]*[ -](?P<year>[0-9]{4})",),
    either="(?:enten )?(.+?) eller (.+)",
    between="(?:(?:i )?perioden )?(?:engang )?mellem (.+?) og (.+)",
    span=(
        "(?:(?:i )?perioden )?(?:fra )?(?:og med )?(.+?)"
        " (?:(?:og )?(?:frem )?til|indtil)(?: og med)? (.+)"
    ),
    ahead=(
        "fra (?P<start>.+?) og (?P<number>[a-z0-9]+) (?P<length>[a-z]+) frem(?:ad)?",
        "fra (?P<start>.+?) (?:og )?i (?P<number>[a-z0-9]+) (?P<length>[a-z]+)",
        "i (?P<number>[a-z0-9]+) (?P<length>[a-z]+) fra (?P<start>.+)",
    ),
)

LANGUAGES = (ENGLISH, DANISH)

"""Convert English and Danish phrases for dates, as announcements use them, to EDTF.

Windows are wide rather than narrow, because a window too narrow makes a false "certain". A phrase
with a word that is not in the tables is refused as a whole, never guessed:

    beginning of 2021                 primo 2021                    2021-33
    mid-2022                          midten af 2022                2022-38
    by February 2024                  senest i februar 2024         [..2024-02]
    before May 2021                   før maj 2021                  [..2021-04-30]
    after 2021                        efter 2021                    [2021..]
    since October 2018                siden oktober 2018            2018-10, and still so
    from the end of 2020 to mid-2022  fra udgangen af 2020 til medio 2022   2020-36/2022-38
    from May 2021 and one year ahead  fra maj 2021 og et år frem    2021-05/2022-05

Case and extra spaces are ignored, å may be written aa (æ ae, ø oe), and months and days of the
week may be abbreviated. A year has four digits. `today` and `yesterday` are accepted only if the
caller passes the current day: a file must mean the same tomorrow.
"""

import re
from dataclasses import dataclass

from events.dates.days import iso_day
from events.dates.edtf import LONGEST, parse
from events.dates.edtf_date import Edtf
from events.dates.languages import LANGUAGES, Language
from events.dates.phrase_diagnostics import refuse_coming, refuse_passing, refuse_phrase
from events.dates.phrase_relations import read_words
from events.dates.phrase_units import normalized
from events.errors import DateError


@dataclass(frozen=True, slots=True)
class Phrase:
    """The meaning of a phrase, and the reason for it.

    `edtf` is the date, `language` the language of the phrase (`en` where it is the same in both)
    and `rule` the applied rule, in plain words. `still` is set where the phrase claims that it was
    still so on publication, which is an attestation; `passing` where its meaning depends on the
    current day.
    """

    edtf: str
    rule: str
    language: Language
    still: bool = False
    passing: bool = False


def read_phrase(text: str, published: str | None = None, *, today: int | None = None) -> Phrase:
    """Parse a phrase as a date; `published` (EDTF, publication clock) is used in messages only.

    `today` (a day number) is the current day; without it "yesterday" is refused. Raises DateError,
    which says what is not understood and what to write; nothing is guessed.
    """
    if len(text) > LONGEST:
        raise DateError("the date is too long", hint=f"use at most {LONGEST} characters")
    plain, words = normalized(text), text.strip()
    for language in LANGUAGES:
        if plain in language.days or plain in language.coming:
            if today is None:
                refuse_passing(words)
            if plain in language.coming:
                refuse_coming(words)
            day = iso_day(today + language.days[plain])
            return Phrase(day, "a day, in UTC", language.code, passing=True)
        if found := read_words(language, plain):
            break
    else:
        refuse_phrase(" ".join(text.split()), published)
    rule = found.rule
    if found.still:
        on = f" ({published})" if published else ""
        rule += f", and still so: an attestation on the publication date{on} goes with it"
    return Phrase(found.edtf, rule, language.code, found.still)


def parse_date(
    text: str, published: str | None = None, *, today: int | None = None
) -> tuple[Edtf, Phrase | None]:
    """Parse EDTF, or else a phrase (`read_phrase`); the phrase is None if the text was EDTF.

    Raises DateError, about the phrase if the text looks like words, and otherwise about EDTF.
    """
    try:
        return parse(text), None
    except DateError as error:
        edtf_error = error
    try:
        phrase = read_phrase(text, published, today=today)
    except DateError:
        if not _LIKE_WORDS(text):
            raise edtf_error from None
        raise
    return parse(phrase.edtf), phrase


_LIKE_WORDS = re.compile(
    r"(?s).*[^\W\d_xXuU]{2}|\s*[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?[0-9]{2,4}\s*$"
).match

"""Names as people type them: what is meant is found, several are asked back, none is guessed."""

from collections import defaultdict

import pytest

from events import nations
from events.errors import LookupFailure
from events.names import (
    NamedThing,
    contains,
    did_you_mean,
    foldings,
    matching,
    nearest,
    pick,
    same_name,
)

NATIONS = list(nations.known().values())

WAYS = {
    "DNK": "DNK dnk DK dk Denmark denmark DENMARK Danmark danmark Danish dansk"
    " the-kingdom-of-denmark",
    "GBR": "GBR gbr GB UK uk U.K. Britain great-britain British britisk storbritannien"
    " united-kingdom",
    "NLD": "NLD nld NL nl Holland holland Netherlands the-netherlands Nederlandene Dutch hollandsk"
    " nederlandsk",
    "TUR": "TUR tur TR tr Türkiye türkiye Turkiye TURKIYE Tuerkiye Turkey turkey Tyrkiet",
    "AUT": "AUT aut AT at Austria austria AUSTRIA Østrig østrig Oestrig ostrig Austrian",
    "CIV": "CIV civ CI Côte-d’Ivoire cote-d'ivoire COTE-D'IVOIRE Ivory-Coast ivory-coast"
    " Elfenbenskysten elfenbenskysten Ivorian ivorian",
}
"""Twelve ways of writing each of six nations, hyphens for spaces."""


@pytest.mark.parametrize("code", WAYS)
def test_a_nation_goes_by_its_codes_and_its_names(code: str) -> None:
    """English and Danish, capitals or not, with and without accents: all mean one nation."""
    written = WAYS[code].split()
    assert len(written) == 12
    for text in written:
        assert [each.key for each in matching(text, NATIONS)] == [code], text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Congo", ["COD", "COG"]),
        ("congolese", ["COD", "COG"]),
        ("Korea", ["KOR", "PRK"]),
        ("Dominican", ["DMA", "DOM"]),
        ("Virgin Islands", ["VGB", "VIR"]),
        ("AU", ['"African Union"', "AUS"]),
        ("au", ['"African Union"', "AUS"]),
    ],
)
def test_a_name_that_fits_several_is_asked_back(text: str, codes: list[str]) -> None:
    """Nothing is guessed: all that it may be are named, each by what means it alone."""
    with pytest.raises(LookupFailure) as caught:
        pick(text, NATIONS, kind="nation")
    said = caught.value.hint.removeprefix("use one of: ").split(", ")
    assert sorted(said) == codes
    for name in said:
        pick(name.strip('"'), NATIONS, kind="nation")


def test_what_is_listed_is_not_listed_again() -> None:
    """Things without names are told once, in the message."""
    with pytest.raises(LookupFailure, match="dnk may be dnk-heli or dnk-staff") as caught:
        pick("dnk", [NamedThing("dnk-heli"), NamedThing("dnk-staff")], kind="key", beginnings=True)
    assert caught.value.hint == ""


def test_no_other_name_of_a_nation_means_two() -> None:
    """Every name but those that do mean several is one nation's alone."""
    meant: dict[str, set[str]] = defaultdict(set)
    for nation in NATIONS:
        for name in (nation.key, *nation.names):
            for folded in foldings(name):
                meant[folded].add(nation.key)
    several = {name for name, codes in meant.items() if len(codes) > 1}
    assert several == {
        *("au", "congo", "congolese", "congolesisk", "dominican", "korea", "korean", "koreansk"),
        *("virgin islands", "jomfruoerne", "jomfruoeerne"),
    }


def test_every_nation_has_its_codes_once() -> None:
    """Codes have three and two letters, and no two nations share one."""
    listed = [each for each in NATIONS if each not in nations.BODIES]
    assert len({each.key for each in listed}) == len(listed) == 280
    assert all(len(each.key) == 3 and each.key.isupper() for each in listed)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Denmrak", "Denmark (DNK)"),
        ("Norwya", "Norway (NOR)"),
        ("Germny", "Germany (DEU)"),
        ("Untied Kingdom", "United Kingdom (GBR)"),
        ("Tyrkeit", "Türkiye (TUR)"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest(text: str, offered: str) -> None:
    """A slip is answered with what was probably meant."""
    with pytest.raises(LookupFailure, match="no nation is called"):
        pick(text, NATIONS, kind="nation")
    assert offered in map(str, nearest(text, NATIONS))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Denmrk", ["DNK"]),
        ("Itly", ["ITA"]),
        ("Candaa", ["CAN"]),
        ("Swden", ["SWE"]),
        ("NTAO", ["NATO"]),
        ("Frnace", ["FRA"]),
        ("Austrla", ["AUT", "AUS"]),
        ("Eston", ["EST"]),
    ],
)
def test_only_what_is_as_near_as_the_nearest_is_offered(text: str, codes: list[str]) -> None:
    """Names that come much less close than the best are left out; those as close are all told."""
    assert [each.key for each in nearest(text, NATIONS)] == codes


THINGS = [
    NamedThing("dnk-helicopters", ("EH101 transport helicopters",)),
    NamedThing("dnk-helipads"),
    NamedThing("michael-lollesgaard", ("Michael Lollesgaard",)),
    NamedThing("DNK", ("Denmark",)),
]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("dnk-helicopters", ["dnk-helicopters"]),
        ("DNK Helicopters", ["dnk-helicopters"]),
        ("dnk-heli", ["dnk-helicopters", "dnk-helipads"]),
        ("EH101", ["dnk-helicopters"]),
        ("dnk", ["DNK"]),
        ("lolles", ["michael-lollesgaard"]),
        ("helic", ["dnk-helicopters"]),
        ("d", []),
        ("nk", []),
        ("", []),
        ("-", []),
    ],
)
def test_what_is_called_so_goes_before_what_begins_so(text: str, keys: list[str]) -> None:
    """A whole name wins over a beginning, and that over the beginning of a later word."""
    assert [each.key for each in matching(text, THINGS, beginnings=True)] == keys


def test_texts_are_compared_without_accents() -> None:
    """A part of a name is found however it is typed."""
    assert same_name("Færøerne", "faeroerne")
    assert contains("Ali al Salem Air Base, Kuwait", "KUWAIT")
    assert contains("Łódź", "lodz")
    assert not contains("Kuwait", "Qatar")
    assert did_you_mean("pubisher", ["publisher", "title"]) == "did you mean publisher?"
    assert did_you_mean("zzz", ["publisher", "title"]) == ""

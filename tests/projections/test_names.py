"""Names in the record: what is asked for by any of its names is found, and nothing is guessed."""

from collections.abc import Callable

import pytest

from events.errors import LookupFailure
from ledger.shipped.records import load
from projections import names
from projections.labels import labels as labels_of
from projections.view import View, view
from tests.plain_store import PlainStore


@pytest.fixture(scope="module")
def record() -> PlainStore:
    """The shipped record."""
    store = PlainStore()
    load(store, "nmi")
    return store


@pytest.fixture(scope="module")
def seen(record: PlainStore) -> View:
    """NATO Mission Iraq in it."""
    return view(record, "nato-mission-iraq")


@pytest.mark.parametrize(
    "text",
    [
        "nato-mission-iraq",
        "NATO-Mission-Iraq",
        "nmi",
        "NMI",
        "NATO Mission Iraq",
        "nato mission iraq",
    ],
)
def test_a_mission_goes_by_short_name_alias_or_name(record: PlainStore, text: str) -> None:
    """In any case, and without accents."""
    assert names.mission(record, text) == "nato-mission-iraq"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("DNK", "DNK"),
        ("Danmark", "DNK"),
        ("dnk-helicopters", "dnk-helicopters"),
        ("dnk-heli", "dnk-helicopters"),
        ("helicopters", "dnk-helicopters"),
        ("EH101 transport helicopters", "dnk-helicopters"),
        ("Lollesgaard", "michael-lollesgaard"),
        ("michael", "michael-lollesgaard"),
        ("nmi", "nato-mission-iraq"),
        ("B 159", "b-159"),
        ("beslutningsforslag", "b-159"),
    ],
)
def test_a_key_goes_by_its_beginning_or_what_it_is_called(seen: View, text: str, key: str) -> None:
    """Keys, nations and commanders are found as a person would type them."""
    assert names.key(seen, text) == key


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("um-handover-2022-05", "um-handover-2022-05"),
        ("UM", "um-handover-2022-05"),
        ("fmn", "fmn-nmi-2023"),
        ("Denmark hands over command of NATO Mission Iraq to Italy", "um-handover-2022-05"),
        ("NATO’s træning", "forsvaret-nmi-2020-03"),
        ("natos traening", "forsvaret-nmi-2020-03"),
    ],
)
def test_a_source_goes_by_its_id_or_its_title(record: PlainStore, text: str, source: str) -> None:
    """A beginning of either is enough where it is only one's."""
    assert names.source(record, text) == source


Ask = Callable[[PlainStore, View, str], object]
MISSION: Ask = lambda store, _, text: names.mission(store, text)  # noqa: E731
PARTY: Ask = lambda store, _, text: names.party(store, text)  # noqa: E731
KEY: Ask = lambda _, seen, text: names.key(seen, text)  # noqa: E731
SOURCE: Ask = lambda store, _, text: names.source(store, text)  # noqa: E731


@pytest.mark.parametrize(
    ("ask", "text", "told"),
    [
        (MISSION, "nmj", "did you mean NATO Mission Iraq (nato-mission-iraq)"),
        (MISSION, "nato-mission-irak", "did you mean NATO Mission Iraq (nato-mission-iraq)"),
        (MISSION, "UNAMA", "United Nations Assistance Mission for Iraq (unami)"),
        (MISSION, "inherent", "Operation Inherent Resolve (operation-inherent-resolve)"),
        (MISSION, "", "`mission missions` lists those in the ledger"),
        (PARTY, "Denmrak", "did you mean Denmark (DNK)"),
        (PARTY, "Swden", "did you mean Sweden (SWE)"),
        (PARTY, "Cannada", "did you mean Canada (CAN)"),
        (PARTY, "NTAO", "did you mean NATO"),
        (PARTY, "Norway", "it mentions Australia (AUS), Canada (CAN), Denmark (DNK) and 7 more"),
        (PARTY, "Germany", "it mentions"),
        (PARTY, "xyzzy", "give a nation as a code (DNK) or by its name"),
        (KEY, "dnk-helikopters", "did you mean EH101 transport helicopters (dnk-helicopters)"),
        (KEY, "Lolesgaard", "did you mean Michael Lollesgaard (michael-lollesgaard)"),
        (KEY, "bagdad", "did you mean Baghdad (baghdad)"),
        (KEY, "Itly", "did you mean Italy (ITA)"),
        (KEY, "xyzzy", "`mission state nato-mission-iraq --during ..` shows all"),
        (SOURCE, "um-handover-2020", "um-handover-2022-05"),
        (SOURCE, "fnm-nmi-2023", "(fmn-nmi-2023)"),
        (SOURCE, "xyzzy", "`mission sources` lists them"),
    ],
)
def test_a_name_that_names_nothing_is_told_with_the_nearest(
    record: PlainStore, seen: View, ask: Ask, text: str, told: str
) -> None:
    """Never an empty answer: the nearest names, or where there are any."""
    with pytest.raises(LookupFailure) as caught:
        ask(record, seen, text)
    assert told in caught.value.hint
    assert text in caught.value.message or "the record does not mention" in caught.value.message


@pytest.mark.parametrize(
    ("ask", "text", "said"),
    [
        (KEY, "dnk-n", "dnk-national-element) or national support element"),
        (SOURCE, "forsvaret", "forsvaret-iraq-en-2021"),
        (PARTY, "Congo", "Democratic Republic of the Congo (COD) or Republic of the Congo (COG)"),
        (PARTY, "AU", "Australia (AUS)"),
    ],
)
def test_a_name_that_fits_several_is_asked_back(
    record: PlainStore, seen: View, ask: Ask, text: str, said: str
) -> None:
    """All that it may be are named, and how to say which, where that is not the same again."""
    with pytest.raises(LookupFailure) as caught:
        ask(record, seen, text)
    assert said in caught.value.message
    assert caught.value.hint.startswith("use one of: ") or ask is SOURCE


def test_what_is_offered_for_a_code_of_two_means_one(record: PlainStore) -> None:
    """Where the text is itself one's code, that one's name is offered, and finds it."""
    with pytest.raises(LookupFailure, match="AU may be") as caught:
        names.party(record, "AU")
    assert caught.value.hint == 'use one of: AUS, "African Union"'
    assert names.party(record, "AUS") == "AUS"
    with pytest.raises(LookupFailure, match="the record does not mention African Union"):
        names.party(record, "African Union")


@pytest.mark.parametrize("ask", [names.mission, names.party, names.source])
def test_an_empty_ledger_says_what_comes_first(
    ask: Callable[[PlainStore, str], object],
) -> None:
    """Where nothing can be found, the next step is named, not another list of nothing."""

    def asked(text: str) -> str:
        with pytest.raises(LookupFailure) as caught:
            ask(PlainStore(), text)
        return caught.value.hint

    assert "the ledger is empty: `mission add FILE`" in asked("DNK")
    assert "`mission init --with nmi`" in asked("DNK")


def test_what_is_not_said_is_shown_by_its_name(record: PlainStore) -> None:
    """An event that has only a key is shown by what other events call it."""
    ends = [entry for entry in record.entries() if entry.content.type == "contribution-withdrawn"]
    labels = labels_of(record, ends)
    place = ("nato-mission-iraq", "contribution", "dnk-helicopters", 1)
    assert labels[place] == "EH101 transport helicopters"
    assert names.titles(record, ["unami", "none"]) == {
        "unami": "United Nations Assistance Mission for Iraq",
        "none": "none",
    }

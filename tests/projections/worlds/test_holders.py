"""The oracle answers the known cases of holders by itself."""

from collections.abc import Callable

import pytest

from events.catalogue import (
    CommandAttested,
    CommanderAppointed,
    CommandRelinquished,
    CommandTakenOver,
)
from tests.projections.build import Record
from tests.projections.worlds.told import recorded, told


def test_a_holder_goes_on_until_the_next_began() -> None:
    """Before the next one's start by the table, inside it possible, after it gone."""
    record = recorded().source("s1", "2020-12-01")
    record.say(CommandTakenOver, by="DNK", on="2019-01-01")
    record.say(CommandTakenOver, by="ITA", on="2020-03")
    assert told(record, "2020-02-29") == {"DNK": "assumed"}
    assert told(record, "2020-03-30") == {"DNK": "possible", "ITA": "possible"}
    assert told(record, "2020-03-31") == {"ITA": "assumed"}


def test_a_holder_attested_for_sure_takes_over() -> None:
    """The first day on which another is attested for sure is as good as a start."""
    record = recorded().source("s1", "2020-12-01")
    record.say(CommandTakenOver, by="DNK", on="2019-01-01")
    record.say(CommandAttested, by="ITA", on="2020-03-15")
    assert told(record, "2020-03-14") == {"DNK": "assumed", "ITA": "possible"}
    assert told(record, "2020-03-15") == {"ITA": "certain"}


@pytest.mark.parametrize(
    "say_more",
    [
        lambda record: record.say(CommandAttested, by="DNK", on="2020-03-31"),
        lambda record: record.say(CommandRelinquished, by="DNK", on="2020-04-01"),
    ],
)
def test_two_holders_at_once_clash(say_more: Callable[[Record], str]) -> None:
    """One attested, or reported to have ended, when another surely led: both are possible."""
    record = recorded().source("s1", "2020-12-01")
    record.say(CommandTakenOver, by="DNK", on="2019-01-01")
    record.say(CommandTakenOver, by="ITA", on="2020-03")
    say_more(record)
    assert told(record, "2020-02-29") == {"DNK": "certain"}
    assert told(record, "2020-03-10") == {"DNK": "possible!", "ITA": "possible!"}
    assert told(record, "2020-03-31")["ITA"] == "possible!"


def test_two_starts_on_one_day_clash() -> None:
    """Neither surely began first, and both cannot be: possible from that day on."""
    record = recorded().source("s1", "2020-12-01")
    record.say(CommandTakenOver, by="DNK", on="2020-03-01")
    record.say(CommandTakenOver, by="ITA", on="2020-03-01")
    assert told(record, "2020-02-29") == {}
    assert told(record, "2020-03-01") == {"DNK": "possible!", "ITA": "possible!"}
    assert told(record, "2020-06-01") == {"DNK": "possible!", "ITA": "possible!"}


def test_a_contested_start_displaces_nobody_for_sure() -> None:
    """One set of reports has no start of the other, so it is never sure that it took over."""
    record = recorded().source("s1", "2020-12-01")
    record.say(CommandTakenOver, by="DNK", on="2019-01-01")
    record.say(CommandTakenOver, by="ITA", on="2020-03-10")
    record.say(CommandRelinquished, by="ITA", on="2020-03-01")
    assert told(record, "2020-03-09") == {"DNK": "assumed", "ITA": "possible!"}
    assert told(record, "2020-06-01") == {"DNK": "possible", "ITA": "possible!"}


def test_a_plan_to_lead_jointly_excuses_nobody() -> None:
    """Only a report that it began does; else a plan would make something certain."""
    record = recorded().source("s1", "2020-12-01")
    record.say(CommandTakenOver, by="DNK", on="2019-01-01")
    record.say(CommandAttested, by="DNK", on="2020-06-01")
    record.say(CommandAttested, by="ITA", on="2020-03-15")
    record.say(CommandTakenOver, by="ITA", jointly_with=["DNK"], on="2020-02-01", basis="planned")
    assert told(record, "2020-04-01") == {"DNK": "possible!", "ITA": "possible!"}


def test_a_joint_lead() -> None:
    """Those who lead jointly do not displace each other; another displaces both."""
    record = recorded("2001-12-20").source("s1", "2014-08-20")
    record.say(CommandTakenOver, by="TUR", on="2002-06-20")
    record.say(CommandTakenOver, by="DEU", jointly_with=["NLD"], on="2003-02-10")
    record.say(CommandTakenOver, by="NLD", jointly_with=["DEU"], on="2003-02-17")
    record.say(CommandTakenOver, by="NATO", on="2003-08-11")
    assert told(record, "2003-02-12") == {"DEU": "assumed"}
    assert told(record, "2003-05-01") == {"DEU": "assumed", "NLD": "assumed"}
    assert told(record, "2003-08-15") == {"NATO": "assumed"}


def test_two_posts_at_once() -> None:
    """Each post has its own holder."""
    record = recorded("2013-07-01").source("s1", "2013-07-10")
    for person, post, on in (
        ("bk", "special-representative", "2013-07-02"), ("jk", "force-commander", "2013-07-03"),
    ):  # fmt: skip
        record.say(CommanderAppointed, commander=person, post=post, on=on)
    assert told(record, "2013-08-01") == {
        "special-representative/bk": "assumed", "force-commander/jk": "assumed"
    }  # fmt: skip

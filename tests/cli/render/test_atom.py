"""The Atom feed: read by another program's parser, with hostile text shown and not alive."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from uuid import uuid4

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from cli.render.atom import NAMESPACE, Feed, FeedEntry, stable_id, written
from events.printable import printable
from tests.projections.test_state_property import examples

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def feed(text: str) -> Feed:
    """Make a feed of one entry that has a text wherever there can be one."""
    entry = FeedEntry(
        uuid4(), text, NOW, text, text, [text, text], [text], "https://example.org/?a=1&b=2#165"
    )
    return Feed(uuid4(), text, NOW, text, [entry], text, "https://example.org/")


def test_a_reader_gets_what_was_written() -> None:
    """Every field comes back, the lines of the content as lines, the link where it leads."""
    made = feed("Danmark overtog kommandoen – på øst & <b>")
    read = feedparser.parse(written(made))
    assert not read.bozo
    assert read.version == "atom10"
    assert (read.feed.id, read.feed.title) == (made.id.urn, made.title)
    (entry,) = read.entries
    (own,) = made.entries
    assert (entry.id, entry.title, entry.summary) == (own.id.urn, own.title, own.summary)
    assert entry.link == own.link
    assert entry.author == own.author
    assert entry.updated == "2026-01-05T09:30:00.000000Z"
    assert entry.content[0].value == "\n".join(own.content)
    assert [tag.term for tag in entry.tags] == [*own.categories]


@examples(100)
@given(
    st.text(st.characters(codec=None), min_size=1, max_size=40)
    | st.sampled_from(["\ufffe", "\0\x1b[1m"])
)
def test_any_text_is_plain_xml(text: str) -> None:
    """Whatever a text holds, the feed parses, and the text comes back as one visible line."""
    root = ET.fromstring(written(feed(text)))
    tags = {each.tag.removeprefix(f"{{{NAMESPACE}}}") for each in root.iter()}
    assert tags == {
        *("feed", "id", "title", "subtitle", "updated", "author", "name", "link", "entry"),
        *("category", "summary", "content"),
    }
    (title,) = root.findall(f"{{{NAMESPACE}}}title")
    assert (title.text or "") == printable(text)
    assert title.get("type") == "text"


def test_ids_follow_from_the_log_and_the_names() -> None:
    """The same log and names give the same id; any other, another."""
    one, other = bytes(range(32)), bytes(range(1, 33))
    assert stable_id(one, "a", "b") == stable_id(one, "a", "b")
    found = {
        stable_id(one, "a", "b"),
        stable_id(one, "ab"),
        stable_id(one),
        stable_id(other, "a", "b"),
    }
    assert len(found) == 4
    assert {each.version for each in found} == {5}

"""Keys that are put together from several fields, and taken apart again."""

import pytest

from events.facets import FACETS, STATE_FACETS, commander_key, count_key, key_parts


@pytest.mark.parametrize(
    ("category", "sex", "key"),
    [
        (None, None, "DEU"),
        ("all", None, "DEU"),
        ("police", None, "DEU/police"),
        ("police", "female", "DEU/police/female"),
        (None, "female", "DEU/all/female"),
    ],
)
def test_a_count_is_told_from_its_key(category: str | None, sex: str | None, key: str) -> None:
    """Who is counted, in which category; none is all of them."""
    assert count_key("DEU", category, sex) == key
    parts = {"counted": "DEU", "category": category, "sex": sex}
    known = {name: part for name, part in parts.items() if part and part != "all"}
    assert key_parts("strength", key) == key_parts("ceiling", key) == known


@pytest.mark.parametrize(
    ("post", "key"), [(None, "kazura"), ("force-commander", "force-commander/kazura")]
)
def test_a_post_is_told_from_its_key(post: str | None, key: str) -> None:
    """No post is that of the commander."""
    assert commander_key("kazura", post) == key
    assert key_parts("commander", key) == {"post": post or "commander", "commander": "kazura"}


def test_a_key_of_one_field_has_no_parts() -> None:
    """It is that field."""
    assert key_parts("contribution", "dnk-helicopters") == {}


def test_only_happenings_are_in_no_state() -> None:
    """Every other facet is in the state object, in order."""
    assert [*STATE_FACETS, "happening"] == list(FACETS)
    assert all(facet.label for facet in FACETS.values())

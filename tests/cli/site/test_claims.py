"""What an entry opens: every claim on it, and the part that each plays in the answer."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.options.clocks import read_known, read_on
from cli.render import entry_text, wording
from cli.render.ground_rows import part
from cli.render.languages.translation import term
from events.encoding.codec import event_id
from events.files.announcement import read_announcement
from events.printable import printable
from events.record_events import ClaimCorrected, ClaimRetracted, statement_of
from projections.record import Record
from projections.state import state
from projections.state_object import StateEntry
from projections.view import View, view
from projections.why import Part, parts_of_claims, why
from tests.cli.site.browsing import Site, Visits, published, shows
from tests.cli.site.conftest import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

Clocks = tuple[str, str, int]
"""Days of two clocks and a position; what is empty or 0 sets no limit."""

CLOCKS: tuple[Clocks, ...] = (
    ("2015-06-30", "", 0),
    ("2016-03-01", "2016-02-29", 64),
    ("2016-06-15", "2016-09-30", 0),
    ("2016-12-31", "", 64),
    ("2016-12-31", "2016-12-31", 0),
    ("2017-06-01", "", 0),
)

TAKEN_OVER = """
mission: small
source: {id: first, publisher: P, title: One, language: en, published: 2021-01-10}
events:
  - {type: command-taken-over, by: DNK, on: 2020-11, as_stated: since November, at: page 1}
  - {type: command-attested, by: DNK, on: 2021-01-10, note: "In passing."}
"""

RETRACTION = """
mission: small
source: {id: second, publisher: P, title: Two, language: en, published: 2021-06-10}
events:
  - type: claim-retracted
    target: {target}
    reason: A misprint.
"""

READ = """() => [...document.querySelectorAll("tr.claims")].map((opened) =>
  [...opened.querySelectorAll("li")].map((item) => ({
    rests: item.classList.contains("rests"),
    lines: [...item.children].map((each) => each.textContent),
    event: item.querySelector("code").title,
    source: item.querySelector("a")?.getAttribute("href") ?? "",
  })))"""


def opened(page: "Page") -> list[Any]:
    """Open every entry that a page shows; return the claims on each as they are shown."""
    from playwright.sync_api import expect

    page.evaluate(
        """document.querySelectorAll("button.name[aria-expanded=false]")
          .forEach((each) => each.click())"""
    )
    expect(page.locator("tr.claims:not(:has(li))")).to_have_count(0)
    found: list[Any] = page.evaluate(READ)
    return found


def expected(store: Record, seen: View, day: int, entry: StateEntry) -> Iterator[dict[str, Any]]:
    """Yield the claims on an entry as `mission why` tells them, in the order of the log."""
    place = entry.facet, entry.key, entry.period
    explained = why(store, seen, entry.key, day, entry.facet)
    grounds = {(each.claim.event, each.claim.role): each for each in explained.grounds}
    rests = {(each.event, each.role) for each in entry.claims}
    listed = {(each.event, each.role): each for each in seen.claims if each.place == place}
    now = {(each.event, each.role): each for each, *_ in parts_of_claims(view(store, seen.mission))}
    for name, claim in listed.items():
        (logged,) = store.entries(after=claim.position - 1, upto=claim.position)
        statement, ground = statement_of(logged.content), grounds.get(name)
        assert statement
        said = part(ground.part) if ground else "not certainly public by then"
        counts = ground.claim if ground else now.get(name, claim)
        when = ", ".join(
            each for each in (wording.date(counts.edtf), wording.basis_mark(counts.basis)) if each
        )
        lines = [
            f"{term('role', claim.role.value)} {when} {said}"
            + (f": {ground.reason}" if ground and ground.reason else ""),
            ", ".join(each for each in (statement.as_stated, statement.at) if each),
            "; ".join(entry_text.values(statement)),
            f"Note: {statement.note}" if statement.note else "",
            f"{claim.source}: " if claim.source else "",
            f"Recorded {logged.recorded_at:%Y-%m-%d %H:%M:%S} UTC by {logged.recorded_by},"
            f" position {claim.position}, event {claim.event[:12]}",
        ]
        yield {
            "rests": name in rests,
            "lines": [printable(each) for each in lines if each],
            "event": claim.event,
            "source": f"../../sources/{claim.source}/index.html" if claim.source else "",
            "part": ground.part if ground else None,
        }


def cause(store: Record, line: str, event: str) -> str:
    """Check the position named as that of what cancelled an event; return the line without it."""
    found = re.search(r" \(position (\d+)\)$", line)
    if not found:
        return line
    (logged,) = store.entries(after=int(found[1]) - 1, upto=int(found[1]))
    assert isinstance(logged.content, ClaimRetracted | ClaimCorrected)
    assert logged.content.target == event
    return line.removesuffix(found[0])


def compare(visits: Visits, site: Site, mission: str, clocks: Iterable[Clocks]) -> set[Part | None]:
    """Compare the claims on all entries of a mission's page, by clocks; return the parts seen."""
    parts: set[Part | None] = set()
    with visits.reader(site) as reader, site.record() as store:
        for on, known, recorded in clocks:
            address = f"#on={on}" + (known and f"&known={known}")
            address += f"&recorded={recorded}" if recorded else ""
            page = reader.open(f"en/missions/{mission}/index.html{address}")
            shows(page, on)
            shown = opened(page)
            limit = read_known(known).seconds if known else None
            seen = view(store, mission, known=limit, upto=recorded or None)
            day = read_on(on).day
            entries = [*chain(*state(seen, day).facets.values())]
            for entry, claims in zip(entries, shown, strict=True):
                found = [*expected(store, seen, day, entry)]
                parts |= {each.pop("part") for each in found}
                for claim in claims:
                    first, *others = claim["lines"]
                    lines = [cause(store, first, claim["event"]), *others]
                    # The source's number and description are not those of `why`.
                    claim["lines"] = [re.sub(r"^\[\d+\] (\S+: ).*$", r"\1", each) for each in lines]
                assert (on, entry.key, claims) == (on, entry.key, found)
            page.close()
    return parts


def test_an_entry_opens_what_mission_why_tells(sample_site: Site, visits: Visits) -> None:
    """Words, values, sources, who recorded it when, and the parts of all claims are those of `why`.

    So it is through every clock: superseded and corrected claims say so, and why.
    """
    parts = compare(visits, sample_site, "brandan-mission", CLOCKS)
    assert parts == {*Part, None} - {Part.RETRACTED}


def test_a_retracted_claim_says_so(tmp_path: Path, visits: Visits) -> None:
    """Once the retraction is public, the claim is shown as retracted, with the reason and where."""
    claim = read_announcement(TAKEN_OVER.encode(), "first.yaml").events[0]
    texts = [TAKEN_OVER, RETRACTION.replace("{target}", event_id(claim))]
    site = published(texts, tmp_path, TODAY)
    clocks = (("2021-06-15", "2021-06-01", 0), ("2021-06-15", "", 0))
    assert compare(visits, site, "small", clocks[:1]) == {Part.COUNTED}
    assert compare(visits, site, "small", clocks[1:]) == {Part.COUNTED, Part.RETRACTED}


def test_open_claims_follow_the_clocks(sample_site: Site, visits: Visits) -> None:
    """An entry that is open tells its claims anew when a clock is set."""
    with visits.reader(sample_site) as reader:
        path = "en/missions/brandan-mission/index.html#on=2016-12-31"
        page = reader.open(path)
        shows(page, "2016-12-31")
        latest = opened(page)
        page.locator("#recorded").select_option("64")
        page.wait_for_url("**recorded=64")
        page.get_by_text("as recorded up to position 64").first.wait_for()
        page.wait_for_load_state("networkidle")
        earlier = opened(page)
        page.go_back()
        page.get_by_text("the last on this mission").first.wait_for()
        assert opened(page) == latest
        anew = reader.open(f"{path}&recorded=64")
        shows(anew, "2016-12-31")
        assert earlier == opened(anew) != latest

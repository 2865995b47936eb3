"""The folder of a site: whoever interrupts, edits or shares it, no page shows two publications."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from cli.site.pages import SiteFacts
from cli.site.publish import Publication
from cli.site.site_folder import MANIFEST, SiteFolder
from events.errors import MissionLedgerError
from ledger.progress import no_progress
from projections.record import open_record

Run = Callable[..., Result]

NAMES = {"one": "Mission \\u202e<b>one", "two": "\\ufffe ]]> Two"}

ANNOUNCEMENT = """
mission: {mission}
source: {{id: of-{mission}, publisher: "{name}", title: "{name}", language: en, published: 2021-05}}
events:
  - {{type: mission-established, name: "{name}", on: 2020}}
  - {{type: command-taken-over, by: {nation}, on: 2021-01}}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs `mission` on a ledger of two missions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MISSION_LEDGER", "ledger.sqlite")

    def run_(*args: str, fails: int = 0) -> Result:
        result = CliRunner().invoke(cli, args)
        assert result.exit_code == fails, result.output
        return result

    run_("init", "ledger.sqlite")
    for (mission, name), nation in zip(NAMES.items(), ("DNK", "ITA"), strict=True):
        text = ANNOUNCEMENT.format(mission=mission, name=name, nation=nation)
        Path(f"{mission}.yaml").write_text(text, encoding="utf-8")
        run_("add", f"{mission}.yaml")
    return run_


def contents(folder: str) -> dict[str, bytes]:
    """Return the files of a folder by path."""
    found = (path for path in Path(folder).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


class EndingError(Exception):
    """What ends a publication in the middle."""


def interrupt(title: str, after: int) -> None:
    """Publish under a title, and end it before it has written more than so many files."""

    class Ending(SiteFolder):
        left = after

        def write(self, name: str, data: bytes) -> None:
            if not self.left:
                raise EndingError
            self.left -= 1
            super().write(name, data)

    with open_record("ledger.sqlite") as store:
        end = store.position()
        facts = SiteFacts(title, "", "1", "2026-01-01", end, store.tree(end).root.hex())
        publication = Publication(store, Ending(Path("site")), facts, 739_617)
        with pytest.raises(EndingError):
            publication.write(no_progress)


@pytest.mark.parametrize("after", [1, 30])
def test_what_was_interrupted_is_not_taken_for_what_was_there(run: Run, after: int) -> None:
    """A site that another publication was written over is written anew, whatever it is called."""
    run("publish", "site")
    whole = contents("site")
    interrupt("Another", after)
    run("publish", "site")
    assert contents("site") == whole


def test_a_first_publication_that_was_interrupted_is_done_again(run: Run) -> None:
    """The folder is known as a site from the first file on."""
    run("publish", "anew")
    Path("site").mkdir()
    Path("site", f".{MANIFEST}-0123abcd").write_text("{", encoding="utf-8")
    interrupt("Site", 3)
    run("publish", "site")
    assert contents("site") == contents("anew")


def test_a_page_loads_no_data_but_its_own(run: Run) -> None:
    """What a page loads is named by what is in it, and never written over."""
    run("publish", "site")
    before = contents("site")
    text = ANNOUNCEMENT.format(mission="one", name="Later", nation="DNK").replace("of-", "later-")
    Path("later.yaml").write_text(text.replace("2021-01", "2021-02"), encoding="utf-8")
    run("add", "later.yaml")
    run("publish", "site")
    after = contents("site")
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert "en/nations/DNK/index.html" in changed
    assert not [name for name in changed if name.endswith((".js", ".svg"))]


def test_one_publication_at_a_time(run: Run) -> None:
    """A second one into the same folder is refused, and changes nothing."""
    run("publish", "site")
    folder = SiteFolder(Path("site"))
    with folder.publishing():
        before = contents("site")
        refused = run("publish", "site", "--title", "Another", fails=2)
        assert contents("site") == before
    assert "another publication to site is under way" in refused.output
    assert "2 written" in run("publish", "site").output


def test_another_address_is_written_into_every_page(run: Run) -> None:
    """Citations have the address that the site has now."""
    run("publish", "site")
    assert "2 written" in run("publish", "site", "--base-url", "https://example.org/r").output
    page = contents("site")["en/missions/one/index.html"].decode()
    assert "https://example.org/r/en/missions/one/index.html" in page


def test_a_checkpoint_is_there_while_it_is_shown(run: Run) -> None:
    """The checkpoint of an earlier publication is no part of a site without one."""
    run("key", "new", "example.org/test", "--out", "signing.key")
    run("checkpoint", "--key", "signing.key", "--out", "today")
    run("publish", "site", "--checkpoint", "today")
    assert "record.checkpoint" in contents("site")
    run("publish", "site")
    assert "record.checkpoint" not in contents("site")


@pytest.mark.parametrize("held", ["{}", "[" * 100_000, None])
def test_a_damaged_summary_is_written_anew(run: Run, held: str | None) -> None:
    """A site in which a file for the next publication is damaged or lost is written whole."""
    run("publish", "site")
    whole = contents("site")
    summary = Path("site/missions/two/summary.json")
    if held is None:
        summary.unlink()
    else:
        summary.write_text(held, encoding="utf-8")
    assert "2 written" in run("publish", "site").output
    assert contents("site") == whole


@pytest.mark.parametrize(
    ("position", "root"),
    [('"4"', None), ("99999999999999999999", None), ("4", "7")],
)
def test_an_edited_site_json_is_not_believed(run: Run, position: str, root: str | None) -> None:
    """Where it does not name a position of this log and its root, everything is written."""
    run("publish", "site")
    manifest = Path("site", MANIFEST)
    told = json.loads(manifest.read_bytes())
    told |= {"position": json.loads(position)} | ({"root": root} if root else {})
    manifest.write_text(json.dumps(told), encoding="utf-8")
    assert "2 written" in run("publish", "site").output


@pytest.fixture
def outside() -> Iterator[Path]:
    """Give a folder beside the site, which must stay as it is."""
    folder = Path("outside")
    folder.mkdir()
    (folder / "kept").write_text("mine", encoding="utf-8")
    yield folder
    assert contents("outside") == {"kept": b"mine"}


def test_a_link_out_of_the_folder_is_not_followed(run: Run, outside: Path) -> None:
    """A linked folder in it is refused, a linked file replaced, and what they lead to is kept."""
    run("publish", "site")
    page, draft = Path("site/en/index.html"), Path("site/en/.index.html.new")
    page.unlink()
    for link in (page, draft):
        link.symlink_to(outside.absolute() / "kept")
    run("publish", "site", "--title", "Another")
    assert not page.is_symlink()
    assert not draft.is_symlink()
    Path("site/da/sources").rename("moved")
    Path("site/da/sources").symlink_to(outside.absolute())
    refused = run("publish", "site", fails=2).output
    assert "site/da/sources is a symbolic link" in refused


def test_what_is_appended_meanwhile_is_left_for_the_next(run: Run) -> None:
    """A mission that begins after the position that is published is on no page."""
    with open_record("ledger.sqlite") as store:
        facts = SiteFacts("Site", "", "1", "2026-01-01", 3, store.tree(3).root.hex())
        today = datetime(2026, 1, 1, tzinfo=UTC).toordinal()
        done = Publication(store, SiteFolder(Path("site")), facts, today).write(no_progress)
    assert done.missions == 1
    assert not [name for name, data in contents("site").items() if b"missions/two" in data]


def test_hostile_names_are_made_visible(run: Run) -> None:
    """Names that hide or move text, or that XML cannot hold, are escaped wherever they show."""
    run("publish", "site")
    found = contents("site")
    pictures = [data for name, data in found.items() if name.endswith(".svg")]
    assert len([Xml.fromstring(data) for data in pictures]) == 4
    shares = [data.decode() for name, data in found.items() if name.startswith("nations/")]
    assert shares
    assert not [text for text in (*shares, *map(bytes.decode, pictures)) if "\u202e" in text]


def test_citations_are_lines_without_scripts(run: Run) -> None:
    """BibTeX and CSL-JSON in a page can be copied as they stand."""
    run("publish", "site", "--base-url", "https://example.org/{a")
    page = contents("site")["en/missions/one/index.html"].decode()
    _, _, after = page.partition('<pre id="cite-bibtex"')
    assert ",\n  author = {" in after
    assert "url = {https://example.org/%7Ba/en/" in after
    assert "\\u000a" not in page


def test_what_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    """The error says which file could not be written, and the folder holds no draft."""
    run("publish", "site")
    folder = SiteFolder(Path("site"))
    (tmp_path / "site/en/extra").write_bytes(b"")
    with pytest.raises(MissionLedgerError, match=r"site/en/extra/page\.html cannot be written"):
        folder.write("en/extra/page.html", b"x")
    (tmp_path / "site/en/taken").mkdir()
    with pytest.raises(MissionLedgerError, match="site/en/taken cannot be written"):
        folder.write("en/taken", b"x")
    assert not list(Path("site").rglob(".*.new"))

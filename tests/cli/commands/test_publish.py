"""`mission publish`: a folder of pages that is whole, says what the record says, and is kept up."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from cli.site.site_folder import MANIFEST

Run = Callable[..., Result]

NEWS = """
mission: nato-mission-iraq
source:
  {id: news, publisher: An example, title: The escort is home, language: en, published: 2024-03-04}
events:
  - {type: contribution-withdrawn, contribution: dnk-escort, on: 2024-01, at: paragraph 1}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs `mission` on a ledger with the shipped record."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MISSION_LEDGER", "ledger.sqlite")

    def run_(*args: str, fails: int = 0) -> Result:
        result = CliRunner().invoke(cli, args)
        assert result.exit_code == fails, result.output
        return result

    run_("init", "--with", "nmi", "ledger.sqlite")
    return run_


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by path."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


class Links(HTMLParser):
    """What a page refers to, and the ids that it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the references of an element."""
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.to.append(value)
            if name == "id" and value:
                self.ids.add(value)


def test_every_link_leads_somewhere(run: Run, tmp_path: Path) -> None:
    """What a page refers to is in the folder, and nothing on another host is loaded."""
    run("publish", "site")
    site = tmp_path / "site"
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 50
    of_pages = {path: Links(path.read_text("utf-8")) for path in pages}
    for path, links in of_pages.items():
        for link in links.to:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https"), (path, link)
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), (path, link)
            if parts.fragment and "=" not in parts.fragment:
                assert parts.fragment in of_pages[target].ids, (path, link)
        text = path.read_text("utf-8")
        assert not re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="https?:', text)


def test_todays_state_is_there_for_programs(run: Run, tmp_path: Path) -> None:
    """The files beside the pages are what `mission state` writes at that position."""
    run("publish", "site")
    folder = tmp_path / "site/missions/nato-mission-iraq"
    said = json.loads((folder / "state.json").read_bytes())
    clocks = ("--on", said["on"], "--recorded", said["recorded"])
    asked = run("state", "nmi", *clocks, "--format", "json").stdout
    assert said == json.loads(asked)
    sheet = run("state", "nmi", *clocks, "--format", "csv").stdout_bytes
    assert (folder / "state.csv").read_bytes() == sheet


def test_published_again_it_is_what_it_would_be_published_anew(run: Run, tmp_path: Path) -> None:
    """After an announcement, only its mission is written, and every file is as in a new folder."""
    run("publish", "site")
    Path("news.yaml").write_text(NEWS, encoding="utf-8")
    run("add", "news.yaml")
    assert "4 missions, 1 written" in run("publish", "site").output
    run("publish", "anew")
    again, anew = files(tmp_path / "site"), files(tmp_path / "anew")
    assert again.keys() == anew.keys()
    changed = {name for name in again if again[name] != anew[name]}
    # Pages that were not written say of which log they were made: an earlier one.
    assert not [name for name in changed if "/nato-mission-iraq" in name or name == "index.html"]
    for name in changed:
        old, new = again[name].decode(), anew[name].decode()
        made = re.compile(r"<footer.*?</footer>", re.DOTALL)
        assert made.sub("", old) == made.sub("", new), name
    assert "0 written" in run("publish", "site").output


def test_a_nation_that_is_named_no_more_has_no_page(run: Run, tmp_path: Path) -> None:
    """Once all that named it is retracted, its page and its rows are gone."""
    news = NEWS.replace(
        "contribution-withdrawn, contribution: dnk-escort", "command-attested, by: FRA"
    )
    Path("news.yaml").write_text(news, encoding="utf-8")
    run("add", "news.yaml")
    run("publish", "site")
    assert (tmp_path / "site/en/nations/FRA/index.html").exists()
    event = json.loads(run("log", "--last", "1", "--format", "jsonl").stdout)["id"]
    run("retract", event, "--reason", "misread")
    run("publish", "site")
    left = [each for each in files(tmp_path / "site") if "/FRA/" in each]
    assert left == []


def test_another_log_is_written_whole(run: Run, tmp_path: Path) -> None:
    """A folder made from another log, day or title is written anew, and keeps nothing of it."""
    run("publish", "site")
    assert "4 written" in run("publish", "site", "--title", "Another").output
    run("init", "--with", "sample", "other.sqlite")
    run("publish", "site", "--ledger", "other.sqlite")
    run("publish", "anew", "--ledger", "other.sqlite")
    assert files(tmp_path / "site") == files(tmp_path / "anew")


@pytest.mark.parametrize("held", ["notes.txt", MANIFEST])
def test_a_folder_that_is_no_site_is_left_alone(run: Run, tmp_path: Path, held: str) -> None:
    """What is there is not touched, and the error says what to do."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / held).write_text("[1]", encoding="utf-8")
    output = run("publish", "mine", fails=2).output
    assert "nothing was changed" in output
    assert files(folder) == {held: b"[1]"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("-",), "cannot be written to standard output"),
        (("site", "--base-url", "javascript:alert(1)"), "--base-url"),
        (("site", "--base-url", "https://example.org/?page="), "cannot have a query"),
        (("site", "--checkpoint", "nothing"), "nothing"),
        (("news.yaml/site",), "news.yaml"),
    ],
)
def test_what_cannot_be_done_is_told(
    run: Run, tmp_path: Path, given: tuple[str, ...], told: str
) -> None:
    """One clear error names the place, and no folder appears."""
    Path("news.yaml").write_text(NEWS, encoding="utf-8")
    result = CliRunner().invoke(cli, ["publish", *given])
    assert result.exit_code in (1, 2)
    assert told in result.output
    assert not (tmp_path / "site").exists()


def test_a_checkpoint_is_shown_if_the_log_begins_with_it(run: Run, tmp_path: Path) -> None:
    """The site has the file as it was signed; one of another log is refused."""
    run("key", "new", "example.org/test", "--out", "signing.key")
    run("checkpoint", "--key", "signing.key", "--out", "today")
    run("publish", "site", "--checkpoint", "today")
    site = tmp_path / "site"
    assert (site / "record.checkpoint").read_bytes() == Path("today").read_bytes()
    assert "example.org/test" in (site / "en/verify.html").read_text("utf-8")
    run("init", "--with", "sample", "other.sqlite")
    run("publish", "other", "--checkpoint", "today", "--ledger", "other.sqlite", fails=1)
    assert not (tmp_path / "other").exists()


def test_a_publication_that_was_killed_is_done_again(run: Run, tmp_path: Path) -> None:
    """Whenever it is killed, the next one leaves what an undisturbed one leaves."""
    command = [sys.executable, "-m", "cli.main", "publish", "site"]
    for wait in (0.9, 1.2, 1.5):
        process = subprocess.Popen(command, env={**os.environ}, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = files(tmp_path / "site") if (tmp_path / "site").exists() else {}
    run("publish", "site")
    run("publish", "anew")
    left = files(tmp_path / "site")
    assert {name: left.get(name) for name in files(tmp_path / "anew")} == files(tmp_path / "anew")
    assert killed.keys() <= {*left} | {name for name in killed if name.endswith(".new")}

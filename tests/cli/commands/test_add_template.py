"""`mission add --template` and labels, as whole commands."""

import json

import pytest

from events.files.json_schema import announcement_schema
from events.files.template import MODELINE, SCHEMA_FILE
from tests.cli.desk import NEWS, Desk, editor

PREFERRED = """\
  - {type: command-taken-over, by: DNK, on: 2020-12, label: table}
  - type: reading-preferred
    facet: command
    key: DNK
    role: start
    claims: [=table]
    reason: the table was checked
"""


def test_a_template_needs_no_ledger(desk: Desk) -> None:
    """It goes to standard output as it is, and nothing else does."""
    desk.place.unlink()
    printed = desk("add", "--template", "command-taken-over", "strength-rep")
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert printed.stdout.startswith(MODELINE)
    assert "- type: command-taken-over\n    by: " in printed.stdout
    assert "- type: strength-reported\n    counted: " in printed.stdout
    assert not desk.place.exists()


def test_a_template_without_types_has_an_example(desk: Desk) -> None:
    """It is the one that the editor opens on."""
    printed = desk("add", "--template")
    assert "# - type: contribution-deployed" in printed.stdout
    seen = desk.folder / "seen"
    desk("add", EDITOR=editor(desk.folder, f'cp "$1" "{seen}"'))
    assert seen.read_text("utf-8") == printed.stdout


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (("comand-taken-over",), 1, "did you mean command-taken-over?"),
        (("command",), 1, "command-taken-over, command-handed-over"),
        (("news.yaml",), 1, "`mission types` lists them"),
        (("--dry-run",), 2, "--template appends nothing"),
        (("--strict",), 2, "--template appends nothing"),
    ],
)
def test_what_is_no_type_is_told(desk: Desk, call: tuple[str, ...], code: int, said: str) -> None:
    """With the nearest names, and nothing on standard output."""
    refused = desk("add", "--template", *call)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert said in refused.stderr


def test_an_editor_finds_the_schema_beside_a_draft(busy: Desk) -> None:
    """Where the first line of the draft says, in its own folder."""
    copied = f'cp "$(dirname "$1")/{SCHEMA_FILE}" "{busy.folder}/found"; head -1 "$1"'
    for call in (("add",), ("correct", "3", "--reason", "x")):
        script = editor(busy.folder, f'{copied} > "{busy.folder}/line"')
        assert busy(*call, EDITOR=script).exit_code == 1
        assert json.loads((busy.folder / "found").read_text("utf-8")) == announcement_schema()
        assert (busy.folder / "line").read_text("utf-8") == MODELINE


def test_an_announcement_can_settle_what_it_states(desk: Desk) -> None:
    """Two claims that disagree and the one to go by, in one file, checked and added at once."""
    file = desk.file(NEWS + PREFERRED)
    assert desk("check", file).exit_code == 0
    assert desk("add", file).exit_code == 0
    (entry,) = desk.json("state", "nmi-test", "--on", "2021-01-15")["facets"]["command"]
    assert (entry["disputed"], entry["start"]["edtf"]) == (False, ["2020-12"])
    assert "Nothing new" in desk("add", file).stdout
    assert desk("verify").exit_code == 0


def test_a_wrong_label_is_told_with_its_place(desk: Desk) -> None:
    """As every fault of a file is."""
    file = desk.file((NEWS + PREFERRED).replace("[=table]", "[=tabel]"))
    refused = desk("check", file, "--format", "json")
    (fault,) = json.loads(refused.stdout)["faults"]
    assert (fault["code"], fault["line"], fault["column"]) == ("label", 19, 14)
    assert fault["hint"] == "did you mean table?"


def test_a_reference_that_does_not_fit_is_told_with_its_line(desk: Desk) -> None:
    """What only the log can tell of a label is a fault at the event."""
    file = desk.file((NEWS + PREFERRED).replace("key: DNK\n", "key: ITA\n"))
    refused = desk("add", file)
    assert refused.exit_code == 2
    assert ":15: " in refused.stderr
    assert "makes no claim about the start of command ITA" in refused.stderr
    assert desk.position() == 0

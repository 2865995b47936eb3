"""What looks like a key in text from outside is recognised, and left out of what is shown."""

from random import Random

import pytest

from events.files.diagnostics import diagnostic_at
from events.printable import printable
from events.redaction import (
    KEY,
    PRIVATE,
    holds_private_key,
    is_bare_key,
    looks_like_key,
    without_keys,
    without_private_keys,
)
from ledger.transparency.keys import ED25519, SigningKey
from ledger.transparency.signed_notes import to_base64
from tests.processor_time import processor_time


def line_of(number: int) -> tuple[str, str, str]:
    """Return a private key's line, its secret part, and the public key's line."""
    key = SigningKey("example.org/nmi", Random(number).randbytes(32))
    seed = to_base64(ED25519 + key.seed)
    line = f"PRIVATE+KEY+{key.name}+{key.verifier.key_id.hex()}+{seed}"
    return line, seed, str(key.verifier)


def runs(text: str) -> set[str]:
    """Return the runs of eight characters of a text."""
    return {text[at : at + 8] for at in range(len(text) - 7)}


@pytest.mark.parametrize("number", range(100))
def test_a_private_key_is_known_wherever_it_is_cut(number: int) -> None:
    """Cut short, or without its beginning as long as the secret is whole, it is told for one."""
    line, seed, _ = line_of(number)
    begin = len("PRIVATE+KEY")
    cuts = [line[:at] for at in range(begin, len(line) + 1)]
    cuts += [line[at:] for at in range(len(line) - len(seed) + 1)]
    for cut in cuts:
        for text in (cut, f"\n{cut}\r\n", f" {cut}"):
            assert looks_like_key(text), text
            assert not runs(seed) & runs(without_keys(text)), text
        said = f"{cut}: there is no ledger there (named '{cut}')"
        assert not runs(seed) & runs(without_keys(said)), said
        if holds_private_key(cut) or cut.removesuffix(seed).count("+") >= 2:
            assert not runs(seed) & runs(printable(f"titled {cut} there")), cut


@pytest.mark.parametrize("number", range(100))
def test_a_public_key_is_no_secret(number: int) -> None:
    """A whole public key is let by and shown, but in errors; one that is not whole is neither."""
    _, seed, public = line_of(number)
    assert not looks_like_key(public)
    assert printable(f"signed by '{public}'") == f"signed by '{public}'"
    assert (
        without_keys(f"no mission goes by {public}") == f"no mission goes by example.org/nmi{KEY}"
    )
    wrong = public[:-4] + ("AAAA" if not public.endswith("AAAA") else "BBBB")
    assert looks_like_key(wrong)
    assert without_private_keys(wrong) == f"example.org/nmi{PRIVATE}"
    assert looks_like_key(public.replace(public.split("+", 2)[2], seed))


PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAECAwQF\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        PEM.lower(),
        PEM.replace("\n", " "),
        PEM.replace("PRIVATE", "EC PRIVATE"),
        PEM.replace("PRIVATE", "ENCRYPTED PRIVATE"),
        PEM.replace("PRIVATE", "OPENSSH PRIVATE"),
        PEM[:50],
        PEM[5:],
        PEM[28:],
        f"titled {PEM}",
    ],
)
def test_nothing_of_a_pem_key_is_shown(text: str) -> None:
    """Where there is a private key in PEM, of any kind, no text around it stays."""
    assert looks_like_key(text)
    assert printable(text) == without_keys(text) == PRIVATE


@pytest.mark.parametrize(
    "text",
    [
        "5f" * 32,
        "nato-mission-iraq",
        "2021-05-01T10:00:00+02:00",
        "Denmark lost a private key in 2021, and made a new key + another",
        "Denmark lost the private key of 20210512 yesterday, and 5f5f5f5f after it",
        "https://example.org/files/AbCdEf0123456789AbCdEf0123456789AbCdEf0123456789/view",
        "/home/anna/records/Missions2021/ledgers/January/Final",
        "records/Missions2021/ledgers/JanuaryOf2021/Announcement1",
        "/tmp/a/pytest-of-anna/pytest-0/test_AddingTwice0/A1B2C3/n1.yaml",
        "/mnt/share/HQ-DK/J3/OPS/NMI/2021/Q2/Rapport-UH60M-V3.yaml",
        "see NATO+20201101+helicopters",
        "NATO-Mission-Iraq-Progress-Report-To-Parliament-2021-Final-Draft_2",
        "sources/20210512+AfghanistanResoluteSupportReport",
        f"sources/{'5f' * 32}/Report_Of_The_UN/page-12",
        "at 12:30 from anna@example.org, a.yaml:12:3: as said",
        "https://example.org:8080 or anna@example.org",
        "https://example.org/@mission",
        "a" * 400,
        "DanishContributionsToTheNatoMissionInIraqAndElsewhere",
        "+45 12345678 + 9",
        "",
    ],
)
def test_what_is_no_key_stays_as_it_is(text: str) -> None:
    """Ids, addresses, paths, long words and prose are shown."""
    assert not looks_like_key(text)
    assert printable(text) == without_private_keys(text) == text
    assert without_keys(text) == text or "https" in text


@pytest.mark.parametrize("number", range(100))
@pytest.mark.parametrize(
    "before", ["", "/", "name=", "key:", "~", "--", "2020-", "./", "/tmp/", "("]
)
def test_a_key_without_its_name_is_known(before: str, number: int) -> None:
    """In either alphabet, whatever stands before it, nothing of it is in a message."""
    random = Random(number).randbytes(32)
    for bare in (to_base64(random), to_base64(ED25519 + random)):
        for key in (bare, bare.rstrip("="), bare.replace("+", "-").replace("/", "_")):
            assert looks_like_key(f"it is {key}")
            assert not runs(key) & runs(without_keys(f"no mission goes by {before}{key}: see"))


@pytest.mark.parametrize("before", ["", "/", ":", "-", "~", "--", "x=", "it is "])
def test_a_key_behind_its_id_is_known_wherever_it_is_cut(before: str) -> None:
    """The id and the beginning of a key are told for one, also in capitals and escapes."""
    line, seed, _ = line_of(1)
    number = line.split("+")[3]
    for end in range(12, len(seed)):
        text = f"{before}{number}+{seed[:end]}"
        assert looks_like_key(text), text
        assert not runs(seed) & runs(without_keys(text)), text
        assert not runs(seed) & runs(printable(text)), text


@pytest.mark.parametrize("escaped", [{"+": "%2B"}, {"+": "%2b", "/": "%2F"}, {"+": " "}])
def test_an_escaped_key_is_known(escaped: dict[str, str]) -> None:
    """As a URL or a form has it, a key is a key."""
    line, seed, _ = line_of(3)
    text = line.translate(str.maketrans(escaped))
    assert holds_private_key(text)
    for cut in (text, text[10:]):
        assert looks_like_key(cut)
        assert not runs(seed) & runs(without_keys(f"no mission goes by {cut}: see"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at postgresql://u:pw@h:1/db: no", "at postgresql://u:***@h:1/db: no"),
        ("postgresql+psycopg:/u:pw@h", "postgresql+psycopg:/u:***@h"),
        ("x://u:p@w/#?p:w@h y://:pw@k", "x://u:***@h y://:***@k"),
        ("x://u:p w@h", "x://u:***@h"),
        ("x://u%3Apw@h", "x://u%3A***@h"),
        ("//u:pw@h and u:pw@h", "//u:***@h and u:***@h"),
        ("h?password=pw&sslpassword=pw", "h?password=***&sslpassword=***"),
        ("host=h PASSWORD=pw", "host=h PASSWORD=***"),
    ],
)
def test_no_message_has_a_password(text: str, shown: str) -> None:
    """In a URL, or nearly one, *** stands for the password."""
    assert without_keys(text) == shown


def test_a_root_is_no_private_key_and_still_in_no_error() -> None:
    """A Merkle root is shown in an answer; in an error it is taken for a key."""
    root = to_base64(bytes(range(7, 39)))
    assert printable(f"root {root}") == f"root {root}"
    assert is_bare_key(root)
    assert without_keys(f"it says {root}, which is wrong") == f"it says {KEY}, which is wrong"


@pytest.mark.parametrize("column", [1, 20, 60, 250])
def test_a_fault_shows_nothing_of_a_line_with_a_key(column: int) -> None:
    """However an excerpt would cut a key in two, no part of it is in the excerpt."""
    line, seed, _ = line_of(1)
    fault = diagnostic_at(
        "yaml", f"what is {line}", line, file=line, line=1, column=column,
        whole_line=f"{'x' * 40} {line} {'y' * 300}",
    )  # fmt: skip
    assert PRIVATE in fault.text
    _, _, public = line_of(2)
    said = diagnostic_at("type", f"no {public}", public, file="f", line=1, column=0, whole_line="")
    assert not runs(public.split("+", 2)[2]) & runs(said.render())
    assert not runs(seed) & runs(fault.render())


@pytest.mark.parametrize(
    ("before", "repeated", "after"),
    [
        ("", "a", ""),
        ("", "+", ""),
        ("", "-----", ""),
        ("", "-----begin ", ""),
        ("-----begin", " private", ""),
        ("", "a+", ""),
        ("", "aA+", ""),
        ("", "+bfcca8ba", ""),
        ("+bfcca8ba+", "A", ""),
        ("", "Aa1", "_"),
        ("", "private+", ""),
        ("", "private key ", ""),
        ("private", " ", ""),
        ("", "/", "_"),
        ("", "//a:", ""),
        ("@", "//a: ", ""),
        ("@", "a:", ""),
        ("", "//a: ", "@"),
        ("", "a", "@"),
        ("", "a", ":@"),
        ("://", "a", "@"),
        ("", "%41", ""),
        ("", "a=b:", ""),
    ],
)
def test_looking_for_keys_takes_time_in_proportion(before: str, repeated: str, after: str) -> None:
    """No text from outside makes it slow: it takes less than a second, and no square of length."""

    def seconds(length: int) -> float:
        text = before + repeated * (length // len(repeated)) + after
        return processor_time(lambda: (looks_like_key(text), without_keys(text)))

    short, long = map(seconds, (15_000, 120_000))
    assert long < 1
    assert long < 30 * short

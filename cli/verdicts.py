"""What a verification showed and what it did not, for people and as JSON.

    {"holds": true, "size": 157, "root": "kQ5…=", "findings": [], "checkpoint": null,
     "checked": ["…"], "not_shown": ["…"]}

`holds` is false where anything is wrong, and null where nothing is and a signature that was
relied on went unchecked: an answer is never surer than what was looked at.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import describing
from cli.page import Block, Mark, Notes, Page, Row, Table
from cli.signing import public_key, read_small
from events.codec import Entry, write_instant
from events.errors import ProofError

if TYPE_CHECKING:
    from ledger.checkpoints import Checkpoint
    from ledger.keys import Verifier
    from ledger.verifying import Verified

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint kept elsewhere; `verifier` is None where nobody checked its signature.

    `time` is what its timestamp says (UTC), and `fault` what is wrong with that.
    """

    name: str
    checkpoint: "Checkpoint"
    verifier: "Verifier | None"
    time: str | None = None
    authority_checked: bool = False
    fault: str | None = None


def kept_checkpoint(name: str, key: str | None, roots: str | None) -> Kept:
    """Read a checkpoint, and the timestamp beside it; its signature is checked given a key.

    Raises ProofError where it is none, or where the signature does not hold.
    """
    from ledger.checkpoints import peek, read_checkpoint  # noqa: PLC0415 (start-up)

    data = read_small(name)
    verifier = public_key(key) if key else None
    with named(name):
        found = read_checkpoint(data, verifier) if verifier else peek(data)
    stamp = timestamp_of(Path(name))
    if not stamp.exists():
        return Kept(name, found, verifier)
    from ledger.timestamps import check_timestamp  # noqa: PLC0415 (start-up)

    certificates = read_small(roots) if roots else None
    try:
        said = check_timestamp(read_small(stamp), data, certificates)
    except ProofError as error:
        return Kept(name, found, verifier, fault=f"{stamp}: {error.message}")
    return Kept(name, found, verifier, f"{said.time:%Y-%m-%dT%H:%M:%SZ}", bool(roots))


def timestamp_of(checkpoint: Path) -> Path:
    """Return where a checkpoint's timestamp is kept: beside it, where others look for it too."""
    return checkpoint.with_name(f"{checkpoint.name}.tsr")


@contextmanager
def named(name: str) -> Iterator[None]:
    """Say which file it is that does not hold."""
    try:
        yield
    except ProofError as error:
        said = error.message if name in error.message else f"{name}: {error.message}"
        raise ProofError(said, hint=error.hint) from None


def findings(verified: "Verified", kept: Kept | None) -> list[Json]:
    """List everything wrong, a ledger's by position."""
    found: list[Json] = [
        {"position": each.position, "code": each.code, "message": each.message}
        for each in verified.findings
    ]
    if kept and kept.fault:
        found.append({"position": None, "code": "timestamp", "message": kept.fault})
    return found


def of_ledger(verified: "Verified", kept: Kept | None) -> Json:
    """Return what verifying a ledger showed."""
    found = findings(verified, kept)
    return {
        "holds": False if found else None if kept and not kept.verifier else True,
        "size": verified.size,
        "root": _base64(verified.root) if verified.root else None,
        "first_bad": verified.first_bad,
        "findings": found,
        "more": verified.more,
        "checkpoint": _of_kept(kept) if kept else None,
        "checked": [
            "every entry: its bytes, its position, its id (the SHA-256 of its data)",
            "the Merkle tree and the index kept beside the log, worked out anew from those bytes",
            "the database's own structure, and the triggers that keep the log append-only",
            *(_checked(kept) if kept else ()),
        ],
        "not_shown": [*_not_shown(verified.size, kept), "that what the entries say is true"],
    }


def of_inclusion(under: "Checkpoint", entry: Entry, verifier: "Verifier") -> Json:
    """Return what a proof of inclusion showed."""
    return {
        "holds": True,
        "proof": "inclusion",
        "position": entry.position,
        "id": entry.id,
        "recorded": write_instant(entry.recorded_at),
        "recorded_by": entry.recorded_by,
        "summary": describing.summary(entry),
        "entry": json.loads(entry.raw),
        "checkpoint": _of_checkpoint(under, verifier),
        "checked": [
            f"the entry, byte for byte, is number {entry.position} of the {under.size} that the"
            " checkpoint is of",
            _signed_by(verifier, "the checkpoint"),
        ],
        "not_shown": [
            "that what the entry says is true, or still counts: a later one may retract it",
            _SAME_FOR_ALL,
        ],
    }


def of_consistency(old: "Checkpoint", under: "Checkpoint", verifier: "Verifier") -> Json:
    """Return what a proof of consistency showed."""
    return {
        "holds": True,
        "proof": "consistency",
        "since": _of_checkpoint(old, verifier),
        "checkpoint": _of_checkpoint(under, verifier),
        "checked": [
            f"the log of {under.size} entries begins with the same {old.size}, none changed,"
            " dropped or put between",
            _signed_by(verifier, "both checkpoints"),
        ],
        "not_shown": ["what the entries say", _SAME_FOR_ALL],
    }


_SAME_FOR_ALL = (
    "that everyone is shown the same log: compare this checkpoint with those that others hold"
)


def ledger_page(data: Json, place: str) -> Page:
    """Lay out what verifying a ledger showed."""
    found, entries = data["findings"], _count(data["size"], "entry", "entries")
    if not found:
        title = f"No fault found in {entries}"
        if data["checkpoint"]:
            title += f", which begin with the {data['checkpoint']['size']} of the checkpoint"
    else:
        faults = _count(len(found) + data["more"], "fault", "faults")
        first = data["first_bad"]
        where = f"the first bad entry is at position {first}" if first else "no entry is to blame"
        title = f"Damaged: {faults} found; {where}"
    rows = [Row((str(each["position"] or ""), each["code"], each["message"])) for each in found]
    blocks: list[Block] = [Table(("position", "code", "what is wrong"), rows)] if rows else []
    if data["more"]:
        blocks.append(f"and {_count(data['more'], 'more like these', 'more like these')}")
    root = data["root"] or "cannot be told: entries are missing"
    return Page(
        Mark(title, "alert" if found else "strong"),
        (f"{place}: {entries}", f"root {root}"),
        (*blocks, *_shown_or_not(data)),
    )


def proof_page(data: Json, name: str) -> Page:
    """Lay out what a proof showed."""
    under = data["checkpoint"]
    if data["proof"] == "inclusion":
        title = f"The proof holds: entry {data['position']} is in the log {under['origin']}"
        said = (
            data["summary"],
            f"recorded {data['recorded']} by {data['recorded_by']}; id {data['id']}",
        )
    else:
        old = data["since"]
        title = f"The proof holds: the log {under['origin']} begins with the {old['size']} entries"
        title += " of the earlier checkpoint"
        said = (f"earlier root {old['root']}", f"root of {under['size']} entries {under['root']}")
    return Page(Mark(title), (name,), (*said, *_shown_or_not(data)))


def _shown_or_not(data: Json) -> Sequence[Block]:
    return [
        Notes(title, [("-", line) for line in data[key]])
        for title, key in (("Checked", "checked"), ("Not shown", "not_shown"))
    ]


def _checked(kept: Kept) -> Iterator[str]:
    yield f"the first {kept.checkpoint.size} entries against the root in {kept.name}"
    if kept.verifier:
        yield _signed_by(kept.verifier, kept.name)
    if kept.time:
        shown = f", which its authority signed at {kept.time}" if kept.authority_checked else ""
        yield f"that the timestamp beside {kept.name} is about this very file{shown}"


def _not_shown(size: int, kept: Kept | None) -> Iterator[str]:
    if kept is None:
        yield (
            "that nobody replaced the whole ledger, its Merkle tree too: that takes a checkpoint"
            " kept elsewhere (--checkpoint FILE --key KEY)"
        )
        return
    if not kept.verifier:
        yield f"who signed {kept.name}: anyone can write such a file (--key KEY checks it)"
    if kept.time and not kept.authority_checked:
        yield (
            f"when {kept.name} was there: its timestamp says {kept.time}, and who says so was not"
            " looked at (--roots FILE checks it)"
        )
    if kept.checkpoint.size < size:
        yield (
            f"that entries after {kept.checkpoint.size} were not replaced: they are newer than"
            " the checkpoint"
        )


def _signed_by(verifier: "Verifier", what: str) -> str:
    return f"the signature on {what}: by {verifier.name} (key {verifier.key_id.hex()})"


def _of_kept(kept: Kept) -> Json:
    stamp = None
    if kept.time:
        stamp = {"time": kept.time, "authority": _looked_at(kept.authority_checked)}
    return {**_of_checkpoint(kept.checkpoint, kept.verifier), "timestamp": stamp}


def _of_checkpoint(checkpoint: "Checkpoint", verifier: "Verifier | None") -> Json:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": _base64(checkpoint.root),
        "signature": _looked_at(verifier is not None),
        "key": str(verifier) if verifier else None,
    }


def _looked_at(checked: bool) -> str:
    return "checked" if checked else "not checked"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

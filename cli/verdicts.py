"""What a verification showed and what it did not, for people and as JSON.

    {"holds": true, "size": 157, "root": "kQ5…=", "findings": [], "checkpoint": null,
     "checked": ["…"], "not_shown": ["…"]}

`holds` is false where anything is wrong, and null where nothing is and a signature that was
relied on went unchecked: an answer is never surer than what was looked at.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cli import describing
from cli.counting import count
from cli.kept import Kept
from cli.page import Block, Mark, Notes, Page, Row, Table
from events.codec import Entry, write_instant

if TYPE_CHECKING:
    from ledger.checkpoints import Checkpoint
    from ledger.keys import Verifier
    from ledger.verifying import Verified

Json = dict[str, Any]


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
            f"the log of {count(under.size, 'entry', 'entries')} begins with the same {old.size},"
            " none changed, dropped or put between",
            _signed_by(verifier, "both checkpoints"),
        ],
        "not_shown": ["what the entries say", _SAME_FOR_ALL],
    }


_SAME_FOR_ALL = (
    "that everyone is shown the same log: compare this checkpoint with those that others hold"
)


def ledger_page(data: Json, place: str) -> Page:
    """Lay out what verifying a ledger showed."""
    found, entries = data["findings"], count(data["size"], "entry", "entries")
    if not found:
        title = f"No fault found in {entries}"
        if data["checkpoint"]:
            begin = "begins" if data["size"] == 1 else "begin"
            title += f", which {begin} with the {data['checkpoint']['size']} of the checkpoint"
    else:
        faults = count(len(found) + data["more"], "fault", "faults")
        first = data["first_bad"]
        where = f"the first bad entry is at position {first}" if first else "no entry is to blame"
        title = f"Damaged: {faults} found; {where}"
    rows = [Row((str(each["position"] or ""), each["code"], each["message"])) for each in found]
    blocks: list[Block] = [Table(("position", "code", "what is wrong"), rows)] if rows else []
    if data["more"]:
        blocks.append(f"and {count(data['more'], 'more like these', 'more like these')}")
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
        earlier, entries = (count(each["size"], "entry", "entries") for each in (old, under))
        title = f"The proof holds: the log {under['origin']} begins with the {earlier}"
        title += " of the earlier checkpoint"
        said = (f"earlier root {old['root']}", f"root of {entries} {under['root']}")
    return Page(Mark(title), (name,), (*said, *_shown_or_not(data)))


def _shown_or_not(data: Json) -> Sequence[Block]:
    return [
        Notes(title, [("-", line) for line in data[key]])
        for title, key in (("Checked", "checked"), ("Not shown", "not_shown"))
    ]


def _checked(kept: Kept) -> Iterator[str]:
    entries = count(kept.checkpoint.size, "entry", "entries")
    yield f"the first {entries} against the root in {kept.name}"
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

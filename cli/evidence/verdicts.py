"""The result of a verification, as a page and as JSON: what it shows and what it does not.

    {"holds": true, "size": 157, "root": "kQ5…=", "findings": [], "notes": [], "unchecked": 0,
     "checkpoint": null, "checked": ["…"], "not_shown": ["…"]}

`holds` is false if there is any finding, and null if there is none but a signature that the result
relies on was not checked: a result never claims more than was checked. `notes` are not faults;
`unchecked` counts the announcements that could not be checked, which is only a note.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cli.evidence.files import StoredCheckpoint
from cli.render import entry_text
from cli.render.counting import count
from cli.render.page import Block, Mark, Notes, Page, Row, Table
from events.encoding.codec import write_instant
from events.entry import Entry
from events.errors import DamagedLedgerError
from ledger.transparency.checkpoints import Checkpoint
from ledger.transparency.keys import Verifier
from ledger.transparency.signed_notes import to_base64
from ledger.upkeep.findings import LedgerFinding
from ledger.upkeep.verify import Verification

Json = dict[str, Any]


def findings(verified: Verification, kept: StoredCheckpoint | None) -> list[Json]:
    """List all findings, those of the ledger by position."""
    return [*map(_finding_json, verified.findings), *(_timestamp_findings(kept) if kept else ())]


def _finding_json(finding: LedgerFinding) -> Json:
    return {"position": finding.position, "code": finding.code, "message": finding.message}


def of_ledger(verified: Verification, kept: StoredCheckpoint | None) -> Json:
    """Return the result of verifying a ledger."""
    found = findings(verified, kept)
    return {
        "holds": False if found else None if kept and not kept.verifier else True,
        "size": verified.size,
        "root": to_base64(verified.root) if verified.root else None,
        "first_bad": verified.first_bad,
        "findings": found,
        "more": verified.more,
        "notes": list(map(_finding_json, verified.notes)),
        "more_notes": verified.more_notes,
        "unchecked": verified.unchecked,
        "checkpoint": _kept_json(kept) if kept else None,
        "quick": verified.quick,
        "checked": [
            "every entry: its bytes, its position, its id (the SHA-256 of its data)",
            *(_checked_quickly() if verified.quick else _checked_fully(verified)),
            *(_checked(kept, verified) if kept else ()),
        ],
        "not_shown": [
            *([_completeness(verified.unchecked)] if verified.unchecked else []),
            *([_NOT_QUICKLY] if verified.quick else []),
            *(_not_shown(kept, verified) if kept else [_NOT_REPLACED]),
            "that what the entries say is true",
        ],
    }


def of_unreadable(error: DamagedLedgerError, kept: StoredCheckpoint | None) -> Json:
    """Return the result for a ledger so damaged that nothing in it can be read."""
    found: Json = {"position": error.position, "code": "database", "message": error.message}
    return {
        "holds": False,
        "size": None,
        "root": None,
        "first_bad": error.position,
        "findings": [found, *(_timestamp_findings(kept) if kept else ())],
        "more": 0,
        "notes": [],
        "more_notes": 0,
        "unchecked": 0,
        "checkpoint": _kept_json(kept) if kept else None,
        "quick": False,
        "checked": [],
        "not_shown": ["anything: the log could not be read"],
    }


def _checked_fully(verified: "Verification") -> Iterator[str]:
    but = ", but for what is noted" if verified.notes else ""
    yield f"every announcement: that its digest is that of its entries{but}"
    yield "the Merkle tree and the index kept beside the log, worked out anew from those bytes"
    yield "the database's own structure, and the triggers that keep the log append-only"


def _checked_quickly() -> Iterator[str]:
    yield "the Merkle tree kept beside the log, worked out anew from those bytes"


_NOT_QUICKLY = (
    "with --quick: that every entry and announcement is valid, that the index kept beside the log,"
    " which answers rest on, matches it, nor the database's own structure (`mission verify` does)"
)


def _completeness(unchecked: int) -> str:
    return f"whether {count(unchecked, 'announcement is', 'announcements are')} all there"


def of_inclusion(under: Checkpoint, entry: Entry, verifier: Verifier) -> Json:
    """Return the result of checking an inclusion proof."""
    return {
        "holds": True,
        "proof": "inclusion",
        "position": entry.position,
        "id": entry.id,
        "recorded": write_instant(entry.recorded_at),
        "recorded_by": entry.recorded_by,
        "summary": entry_text.summary(entry),
        "entry": json.loads(entry.raw),
        "checkpoint": _checkpoint_json(under, verifier),
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


def of_consistency(since: StoredCheckpoint, under: Checkpoint, verifier: Verifier) -> Json:
    """Return the result of checking a consistency proof; an invalid old timestamp is a finding."""
    found, old = _timestamp_findings(since), since.checkpoint.size
    begins = (
        f"the log of {count(under.size, 'entry', 'entries')} begins with the same {old}, none"
        " changed, dropped or put between"
    )
    return {
        "holds": not found,
        "proof": "consistency",
        "since": _kept_json(since),
        "checkpoint": _checkpoint_json(under, verifier),
        "findings": found,
        "checked": [
            *([begins] if old else []),
            _signed_by(verifier, "both checkpoints"),
            *_timestamp_checked(since),
        ],
        "not_shown": [
            *([] if old else [f"anything of the entries: {_EMPTY}"]),
            *_timestamp_unchecked(since, "`mission verify --checkpoint` with --roots"),
            "what the entries say",
            _SAME_FOR_ALL,
        ],
    }


_SAME_FOR_ALL = (
    "that everyone is shown the same log: compare this checkpoint with those that others hold"
)
_NOT_REPLACED = (
    "that nobody replaced the whole ledger, its Merkle tree too: that takes a checkpoint kept"
    " elsewhere (--checkpoint FILE --key KEY)"
)
_EMPTY = "an empty log is the beginning of every log"


def ledger_page(data: Json, place: str) -> Page:
    """Lay out the result of verifying a ledger."""
    found = data["findings"]
    entries = _NOTHING_READ if data["size"] is None else count(data["size"], "entry", "entries")
    rows = [Row((str(each["position"] or ""), each["code"], each["message"])) for each in found]
    blocks: list[Block] = [Table(("position", "code", "what is wrong"), rows)] if rows else []
    if data["more"]:
        blocks.append(f"and {count(data['more'], 'more like these', 'more like these')}")
    if data["notes"]:
        more = [("-", f"and {data['more_notes']} more like these")] if data["more_notes"] else []
        blocks.append(Notes("Noted", [*(("-", each["message"]) for each in data["notes"]), *more]))
    why = _NOTHING_READ if data["size"] is None else "entries are missing"
    root = data["root"] or f"cannot be told: {why}"
    return Page(
        Mark(_title(data, entries), "alert" if found else "strong"),
        (f"{place}: {entries}", f"root {root}"),
        (*blocks, *_checked_and_not_shown(data)),
    )


_NOTHING_READ = "nothing could be read"


def _title(data: Json, entries: str) -> str:
    """Summarize the result in one line; an invalid timestamp alone does not damage a ledger."""
    codes = {each["code"] for each in data["findings"]}
    if codes - {"timestamp"}:
        faults = count(len(data["findings"]) + data["more"], "fault", "faults")
        where = ""
        if data["first_bad"]:
            where = f"; the first bad entry is at position {data['first_bad']}"
        elif "checkpoint" in codes:
            where = "; which entry cannot be told"
        return f"Damaged: {faults} found{where}"
    title = f"No fault found in {entries}"
    if data["quick"]:
        title += ", checked quickly"
    if data["checkpoint"] and data["checkpoint"]["size"]:
        begin = "begins" if data["size"] == 1 else "begin"
        title += f", which {begin} with the {data['checkpoint']['size']} of the checkpoint"
    if data["unchecked"]:
        title += f"; {_completeness(data['unchecked'])} could not be checked"
    return f"The timestamp does not hold. {title}" if codes else title


def proof_page(data: Json, name: str) -> Page:
    """Lay out the result of checking a proof."""
    under = data["checkpoint"]
    if data["proof"] == "inclusion":
        title = f"The proof holds: entry {data['position']} is in the log {under['origin']}"
        details = (
            data["summary"],
            f"recorded {data['recorded']} by {data['recorded_by']}; id {data['id']}",
        )
    else:
        old = data["since"]
        earlier, entries = (count(each["size"], "entry", "entries") for each in (old, under))
        title = f"The proof holds: the log {under['origin']} begins with the {earlier}"
        title += " of the earlier checkpoint"
        if not old["size"]:
            title = f"The proof shows nothing: {_EMPTY}"
        details = (f"earlier root {old['root']}", f"root of {entries} {under['root']}")
        details = (*(each["message"] for each in data["findings"]), *details)
        if data["findings"]:
            title = f"A timestamp does not hold. {title}"
    return Page(
        Mark(title, "strong" if data["holds"] else "alert"),
        (name,),
        (*details, *_checked_and_not_shown(data)),
    )


def _checked_and_not_shown(data: Json) -> Sequence[Block]:
    return [
        Notes(title, [("-", line) for line in data[key]])
        for title, key in (("Checked", "checked"), ("Not shown", "not_shown"))
    ]


def _why_not_compared(kept: StoredCheckpoint, verified: Verification) -> str | None:
    """Return why log and checkpoint could not be compared; None if they could."""
    size = kept.checkpoint.size
    if size > verified.size:
        return f"it has only {verified.size}"
    gone = [e.position for e in verified.findings if e.code in ("missing", "unreadable")]
    if verified.root is None and any(at and at <= size for at in gone):
        return "entries are missing"
    return None


def _checked(kept: StoredCheckpoint, verified: Verification) -> Iterator[str]:
    entries = count(kept.checkpoint.size, "entry", "entries")
    if kept.checkpoint.size and not _why_not_compared(kept, verified):
        yield f"the first {entries} against the root in {kept.name}"
    if kept.verifier:
        yield _signed_by(kept.verifier, kept.name)
    yield from _timestamp_checked(kept)


def _not_shown(kept: StoredCheckpoint, verified: Verification) -> Iterator[str]:
    size = kept.checkpoint.size
    if not kept.verifier:
        yield f"who signed {kept.name}: anyone can write such a file (--key KEY checks it)"
    yield from _timestamp_unchecked(kept, "--roots FILE")
    if reason := _why_not_compared(kept, verified):
        entries = count(size, "entry", "entries")
        yield f"whether the log begins with the {entries} of {kept.name}: {reason}"
    elif size:
        yield f"that no entry after {size} was removed or replaced: {kept.name} is of {size}"
    else:
        yield f"that no entry was removed or replaced: {kept.name} is of none, and {_EMPTY}"


def _timestamp_findings(kept: StoredCheckpoint) -> list[Json]:
    if kept.fault is None:
        return []
    return [{"position": None, "code": "timestamp", "message": kept.fault}]


def _timestamp_checked(kept: StoredCheckpoint) -> Iterator[str]:
    if kept.time:
        shown = f", which its authority signed at {kept.time}" if kept.authority_checked else ""
        yield f"that the timestamp beside {kept.name} is about this very file{shown}"


def _timestamp_unchecked(kept: StoredCheckpoint, checks: str) -> Iterator[str]:
    if kept.time and not kept.authority_checked:
        yield (
            f"when {kept.name} was there: its timestamp says {kept.time}, and who says so was not"
            f" looked at ({checks} checks it)"
        )


def _signed_by(verifier: Verifier, what: str) -> str:
    return f"the signature on {what}: by {verifier.name} (key {verifier.key_id.hex()})"


def _kept_json(kept: StoredCheckpoint) -> Json:
    stamp = None
    if kept.time:
        stamp = {"time": kept.time, "authority": _check_status(kept.authority_checked)}
    return {**_checkpoint_json(kept.checkpoint, kept.verifier), "timestamp": stamp}


def _checkpoint_json(checkpoint: Checkpoint, verifier: Verifier | None) -> Json:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": to_base64(checkpoint.root),
        "signature": _check_status(verifier is not None),
        "key": str(verifier) if verifier else None,
    }


def _check_status(checked: bool) -> str:
    return "checked" if checked else "not checked"

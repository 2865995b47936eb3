"""The readers of input from others, each with valid inputs to mutate and a check of its promises.

`take` returns what is wrong with an accepted input, or an empty string; it raises
MissionLedgerError if the input is rejected. `left` returns what is wrong after the last input.
"""

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Protocol

from events.claim_event import ClaimEvent
from events.dates.edtf import parse_uncached
from events.dates.phrases import parse_date
from events.encoding.codec import decode, encode, write
from events.errors import DateError, EventError
from events.files.announcement import read_announcement
from events.files.announcement_text import write_announcement
from events.files.diagnostics import AnnouncementError
from events.files.template import template
from events.printable import printable
from events.record_events import ClaimCorrected, ClaimRetracted
from ledger.announcements import announcement_id
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.exchange.cloudevents import lines_of, whole_lines
from ledger.exchange.log_import import import_entries
from ledger.merkle.proofs import consistency_proof, inclusion_proof
from ledger.shipped.records import load
from ledger.transparency.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from ledger.transparency.keys import SigningKey, Verifier, read_verifier
from ledger.transparency.proof_files import (
    ConsistencyProof,
    InclusionProof,
    check_consistency,
    check_inclusion,
    read_proof,
    write_proof,
)
from ledger.upkeep.entry_check import checked_entry
from ledger.upkeep.findings import LedgerFindings
from ledger.upkeep.verify import verify
from projections.record import Record, create_record, open_record
from tests.faults.mutants import dumped

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
RECORDS = Path(__file__).parents[2] / "ledger" / "records" / "nmi"
DATES = (
    "2021-05-11", "2021-05?", "2020-1X", "2022-38", "Y17E7", "1950S2", "[..2024-02]",
    "2022-05-24T10:00:00Z", "2021-05/2022-05", "2021-05/..", "[2020-11,2020-12]",
    "{2020,2021..2023}", "-0044-03-15", "2021-05-18~/2022-%06", "156X-12-25",
    "beginning of 2021", "medio 2022", "senest i februar 2024", "siden oktober 2018",
    "fra maj 2021 og et år frem", "from the end of 2020 to mid-2022", "May to June 2021",
)  # fmt: skip
KEY = SigningKey("example.org/mission-ledger", bytes(range(32)))


class Reader(Protocol):
    """A reader under test."""

    seeds: list[bytes]

    def finished(self, random: Random, data: bytes) -> bytes:
        """Return a mutant with fields repaired that would cause it to be rejected at once."""
        ...

    def take(self, data: bytes) -> str:
        """Read an input; return what is wrong with the accepted result."""
        ...

    def left(self) -> Iterator[str]:
        """Return what is wrong after the last input."""
        ...


class _Plain:
    """A reader that stores nothing."""

    seeds: list[bytes]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def finished(self, random: Random, data: bytes) -> bytes:
        return data

    def left(self) -> Iterator[str]:
        return iter(())


class Announcements(_Plain):
    """Announcement files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seeds = [path.read_bytes() for path in sorted(RECORDS.glob("*.yaml"))]
        # Whole files are long; parts of them exercise more of the reader's rules.
        for whole in self.seeds[:5]:
            head, mark, tail = whole.partition(b"events:\n")
            events = tail.split(b"\n  - ")
            self.seeds += [head + mark + b"  - " + b"\n  - ".join(events[at : at + 3]) + b"\n"
                           for at in range(1, len(events), 4)]  # fmt: skip
        self.seeds.append(template().encode())

    def take(self, data: bytes) -> str:
        """Read a file; round trip its events through bytes, and the announcement through a file."""
        try:
            found = read_announcement(data, "mutant.yaml")
        except AnnouncementError as error:
            return _unfit(error) or _raise(error)
        for content in (*([found.source] if found.source else []), *found.events):
            entry = encode(write(content), 1, NOON, "fuzz", "5f" * 32)
            strictly = checked_entry(1, entry.raw, LedgerFindings().add)
            if strictly is None or decode(entry.raw).content != content:
                return "an event does not come back from its bytes"
        try:
            text = write_announcement(found)
        except EventError:
            return ""  # a documented error: not every announcement can be written as a file
        again = read_announcement(text.encode(), "again.yaml")
        return "" if again == found else "written as a file it reads otherwise"


class CloudEvents(_Plain):
    """Exported logs, continued in an empty ledger and merged into one that grows."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        create_record(folder / "template.sqlite")
        create_record(folder / "growing.sqlite")
        self.growing = open_record(folder / "growing.sqlite", write=True)
        self.empty = self._new()
        with open_record(create_record(folder / "seeds.sqlite"), write=True) as store:
            load(store, "nmi")
            claims = [each for each in store.entries() if isinstance(each.content, ClaimEvent)]
            retracted = ClaimRetracted(
                mission=claims[0].content.mission, target=claims[0].id, reason="misread"
            )
            target = claims[1].content
            assert isinstance(target, ClaimEvent)
            corrected = ClaimCorrected(
                mission=target.mission, target=claims[1].id, reason="a slip",
                claim=target.model_copy(update={"note": "corrected"}),
            )  # fmt: skip
            append_announcement(store, RecordKeeperEvents((retracted, corrected)), by="bo")
            raw = [entry.raw for entry in store.entries()]
            load(self.growing, "nmi", by="anna")
        whole = [_with_their_digests(b"\n".join(raw[:count]) + b"\n") for count in (2, 3, 5, 12)]
        self.seeds = [*whole, *whole[:2], b"\n".join(raw[:10] + raw[-2:]) + b"\n", raw[-1] + b"\n"]

    def _new(self) -> Record:
        place = self.folder / "empty.sqlite"
        for old in self.folder.glob("empty.sqlite*"):
            old.unlink()
        shutil.copyfile(self.folder / "template.sqlite", place)
        return open_record(place, write=True)

    def finished(self, random: Random, data: bytes) -> bytes:
        """Half of the time, correct the lines' ids and the announcements' digests."""
        if random.random() < 0.5:
            return data
        made = b"\n".join(_with_its_id(line, random) for line in data.split(b"\n"))
        return _with_their_digests(made) if random.random() < 0.8 else made

    def take(self, data: bytes) -> str:
        """Import a file; appended entries must be valid, and a rejected file appends nothing."""
        store = self.empty if len(data) % 2 else self.growing
        before, merge = store.position(), store is self.growing
        try:
            pieces = list(whole_lines(io.BytesIO(data)))
            given = dict(enumerate((line for each in pieces for line in lines_of(each)), 1))
            files = [("mutant.jsonl", pieces)]
            done = import_entries(store, files, by="fuzz", merge=merge)
        except AnnouncementError as error:
            if store.position() != before:
                return "refused, and something was appended"
            return _unfit(error) or _raise(error)
        new = list(store.stored(after=before))
        if store.position() != before + done.entries or len(new) != done.entries:
            return "another number of entries than it says"
        if done.way == "continued" and [raw for _, raw in new] != [
            raw for at, raw in given.items() if at > before
        ]:
            return "continued with other bytes"
        if {decode(raw).id for _, raw in new} - {decode(raw).id for raw in given.values()}:
            return "something was appended that was not in it"
        found = LedgerFindings()
        for position, raw in new:
            checked_entry(position, raw, found.add)
        findings = found.listed
        if store is self.empty and done.entries:
            findings += verify(store).findings
            store.close()
            self.empty = self._new()
        return "".join(each.message for each in findings)

    def left(self) -> Iterator[str]:
        """Verify the ledger that inputs were merged into."""
        yield from (finding.message for finding in verify(self.growing).findings)
        self.growing.close()
        self.empty.close()


class Proofs(_Plain):
    """Proof files; an accepted proof must prove what is so."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with open_record(create_record(folder / "log.sqlite"), write=True) as store:
            load(store, "nmi")
            self.log = [raw for _, raw in store.stored()]
            self.roots = {size: store.tree(size).root for size in range(len(self.log) + 1)}

            def node(level: int, number: int) -> bytes:
                (found,) = store.nodes(level, number, number + 1)
                return found

            sizes = (1, 2, 7, 64, len(self.log))
            signed = {size: self._signed(size) for size in sizes}
            self.seeds = [
                write_proof(InclusionProof(index, self.log[index],
                                           tuple(inclusion_proof(index, size, node)), signed[size]))
                for size in sizes for index in {0, size // 2, size - 1}
            ]  # fmt: skip
            self.seeds += [
                write_proof(ConsistencyProof(old, tuple(consistency_proof(old, size, node)),
                                             signed[size]))
                for old in sizes for size in sizes if old <= size
            ]  # fmt: skip
            self.checkpoints = list(signed.values())

    def finished(self, random: Random, data: bytes) -> bytes:
        """Half of the time, replace a proof's checkpoint by a signed one."""
        head, blank, _ = data.partition(b"\n\n")
        if not blank or random.random() < 0.5:
            return data
        return head + blank + random.choice(self.checkpoints)

    def _signed(self, size: int) -> bytes:
        return write_checkpoint(Checkpoint(KEY.name, size, self.roots[size]), KEY)

    def take(self, data: bytes) -> str:
        """Check a proof; what an accepted proof states must be so."""
        proof = read_proof(data)
        if write_proof(proof) != data:
            return "written again it is another file"
        if isinstance(proof, InclusionProof):
            under, entry = check_inclusion(proof, KEY.verifier)
            if self.log[proof.index] != entry.raw or proof.index >= under.size:
                return "it proves what is not in the log"
        else:
            old = Checkpoint(KEY.name, proof.old, self.roots.get(proof.old, bytes(32)))
            under = check_consistency(proof, old, KEY.verifier)
            if proof.old not in self.roots or proof.old > under.size:
                return "it proves that another log is the beginning of this"
        return "" if self.roots.get(under.size) == under.root else "under another root"


class Checkpoints(_Plain):
    """Signed notes; a note that the key did not sign must be rejected."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sizes = {size: hashlib.sha256(b"%d" % size).digest() for size in (1, 2, 1000, 10**12)}
        self.seeds = [
            write_checkpoint(Checkpoint(KEY.name, size, root), KEY)
            for size, root in self.sizes.items()
        ]

    def take(self, data: bytes) -> str:
        """Read a checkpoint; if accepted, the key must have signed it."""
        found = read_checkpoint(data, KEY.verifier)
        return "" if self.sizes.get(found.size) == found.root else "nobody signed this"


class Keys(_Plain):
    """Public keys, one line each."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        names = ("example.org/mission-ledger", "a", "log.example/ø", "x" * 200)
        self.seeds = [str(Verifier(name, KEY.verifier.public)).encode() for name in names]

    def take(self, data: bytes) -> str:
        """Read a key, and round trip it."""
        text = data.decode(errors="surrogateescape")
        found = read_verifier(text)
        if str(found) != text.strip():
            return "it is another key than the line says"
        return "" if read_verifier(str(found)) == found else "written again it is another key"


class Dates(_Plain):
    """EDTF dates, and dates in words."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seeds = [text.encode() for text in DATES]

    def take(self, data: bytes) -> str:
        """Read a date, in words or EDTF, and round trip it."""
        text = data.decode(errors="surrogateescape")
        try:
            date, _ = parse_date(text)
        except DateError:
            date = parse_uncached(text)
        first, last = date.window.first, date.window.last
        if first is not None and last is not None and first > last:
            return "its window ends before it begins"
        return "" if parse_uncached(date.text) == date else "written again it is another date"


READERS: dict[str, Callable[[Path], Reader]] = {
    "announcement": Announcements,
    "cloudevents": CloudEvents,
    "proof": Proofs,
    "note": Checkpoints,
    "key": Keys,
    "date": Dates,
}


def _with_its_id(line: bytes, random: Random) -> bytes:
    """Encode a line that is still JSON as an entry is encoded, with the id of its data."""
    try:
        envelope = json.loads(line)
        envelope["id"] = hashlib.sha256(dumped(envelope["data"])).hexdigest()
        kind = envelope["data"].get("type")
        if random.random() < 0.7:
            source = envelope["data"].get("id" if kind == "source-recorded" else "source")
            envelope |= {"type": f"mission-ledger.{kind}",
                         "source": f"sources/{source}" if source else "record"}  # fmt: skip
            if "mission" in envelope["data"]:
                envelope["subject"] = envelope["data"]["mission"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return line
    return dumped(envelope)


def _with_their_digests(data: bytes) -> bytes:
    """Set the digest of consecutive lines of one announcement to that of their ids."""
    lines = data.split(b"\n")
    told = [_announced(line) for line in lines]
    ids = {of: announcement_id(id_ for at, id_ in told if at == of) for of, _ in told if of}
    return b"\n".join(
        line.replace(of.encode(errors="replace"), ids[of].encode(), 1) if of else line
        for line, (of, _) in zip(lines, told, strict=True)
    )


def _announced(line: bytes) -> tuple[str, str]:
    """Return a line's digest and id as text; empty if it has none."""
    try:
        envelope = json.loads(line)
        of, id_ = envelope["announcement"], envelope["id"]
        return (of, id_) if isinstance(of, str) and isinstance(id_, str) else ("", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", ""


def _unfit(error: AnnouncementError) -> str:
    """Return what is wrong with how faults are reported."""
    for fault in error.faults:
        if not fault.message or any(printable(line) != line for line in fault.render().split("\n")):
            return f"a fault that cannot be shown: {fault!r}"
    return "" if error.faults else "refused for no fault"


def _raise(error: AnnouncementError) -> str:
    raise error

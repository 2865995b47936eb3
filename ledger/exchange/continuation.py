"""Whether what comes from elsewhere continues the ledger's log, and where it does not."""

from events.encoding.fast_decode import recall
from events.files.diagnostics import Diagnostic, diagnostic_at
from ledger.announcements import DigestRun, announcement_entry, runs
from ledger.exchange.staging import Discontinuity, StagedEntries
from ledger.log import Ledger

LOOKED_BACK = 500
"""Entries that are read at once to find where a log's last announcement begins."""


def not_continued(ledger: Ledger, incoming: StagedEntries) -> Diagnostic | None:
    """Say where what came stops being a continuation of the ledger's log, and why."""
    other = None if incoming.spoilt else _first_other(ledger, incoming)
    found = [each for each in (incoming.broken, other) if each]
    if not found:
        return None
    broken = min(found, key=lambda each: each.number)
    file, line = incoming.place(broken.number)
    return diagnostic_at(
        "continuation",
        f"from here on the log is not continued: {_why_not(ledger, incoming, broken)}",
        "take the whole log as it was exported; or `mission import --merge` appends what is new in"
        " it, as recorded now and by you",
        file=file,
        line=line,
        column=0,
        whole_line="",
    )


def _first_other(ledger: Ledger, incoming: StagedEntries) -> Discontinuity | None:
    """Find the first entry put aside that is not the one which the ledger has in its place."""
    there = ledger.stored(after=incoming.passed, upto=ledger.position())
    for (_, raw), (number, other) in zip(there, incoming.stored(), strict=False):
        if raw != other:
            return Discontinuity(number, number, recall(other).id)
    return None


def _why_not(ledger: Ledger, incoming: StagedEntries, broken: Discontinuity) -> str:
    number, position, id_ = broken
    there = next((each.position for each in ledger.starting_with(id_, limit=1)), None)
    before = incoming.number_of(id_, before=number)
    if before is None and there is not None and there <= incoming.passed:
        before = there
    if before is not None:
        (file, _), (other, line) = incoming.place(number), incoming.place(before)
        return f"line {line}{'' if file == other else f' of {other}'} has the same entry"
    if there == number == position:
        return f"the ledger recorded position {number} otherwise, so that this is another log"
    if position == number:
        return f"the ledger has another entry at position {number}, so that this is another log"
    if number == 1:
        return f"it begins at position {position}, and nothing shows what stands before that"
    if position > number:
        many = f"{number} is" if position == number + 1 else f"{number} to {position - 1} are"
        return f"this is position {position}, and {many} missing"
    return f"this is position {position}, where {number} belongs"


def last_run(ledger: Ledger, end: int) -> DigestRun | None:
    """Return the run of entries that a log has up to a position."""
    run: DigestRun | None = None
    while end:
        some = list(
            runs(map(announcement_entry, ledger.entries(after=max(end - LOOKED_BACK, 0), upto=end)))
        )
        if not some or (run and not some[-1].continues_in(run)):
            return run
        if run:
            some[-1].join(run)
        run, end = some[-1], some[-1].first - 1
        if len(some) > 1:
            return run
    return run

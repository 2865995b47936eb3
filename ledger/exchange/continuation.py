"""Check whether imported entries continue the ledger's log, and find where they do not."""

from events.encoding.fast_decode import fast_decode
from events.files.diagnostics import Diagnostic, diagnostic_at
from ledger.announcements import DigestRun, announcement_entry, runs
from ledger.exchange.staging import Discontinuity, StagedEntries
from ledger.log import Ledger

LOOKED_BACK = 500
"""Entries that are read at a time to find where a log's last announcement begins."""


def discontinuity(ledger: Ledger, incoming: StagedEntries) -> Diagnostic | None:
    """Return where, and why, staged entries stop continuing the ledger's log; None if nowhere."""
    other = None if incoming.unreadable else _first_other(ledger, incoming)
    found = [each for each in (incoming.broken, other) if each]
    if not found:
        return None
    broken = min(found, key=lambda each: each.number)
    file, line = incoming.place(broken.number)
    return diagnostic_at(
        "continuation",
        f"this does not continue the log: {_why_not(ledger, incoming, broken)}",
        "import the whole log as it was exported; or use `mission import --merge` to append what is"
        " new in it, as recorded now and by you",
        file=file,
        line=line,
        column=0,
        whole_line="",
    )


def _first_other(ledger: Ledger, incoming: StagedEntries) -> Discontinuity | None:
    """Return the first staged entry that differs from the ledger's entry at its position."""
    stored = ledger.stored(after=incoming.skipped, upto=ledger.position())
    for (_, raw), (number, other) in zip(stored, incoming.stored(), strict=False):
        if raw != other:
            return Discontinuity(number, number, fast_decode(other).id)
    return None


def _why_not(ledger: Ledger, incoming: StagedEntries, broken: Discontinuity) -> str:
    number, position, id_ = broken
    in_ledger = next((each.position for each in ledger.starting_with(id_, limit=1)), None)
    before = incoming.number_of(id_, before=number)
    if before is None and in_ledger is not None and in_ledger <= incoming.skipped:
        before = in_ledger
    if before is not None:
        (file, _), (other, line) = incoming.place(number), incoming.place(before)
        return f"line {line}{'' if file == other else f' of {other}'} has the same entry"
    if in_ledger == number == position:
        return f"the ledger recorded position {number} differently, so this is another log"
    if position == number:
        return f"the ledger has another entry at position {number}, so this is another log"
    if number == 1:
        return f"it begins at position {position}, without the entries before that"
    if position > number:
        many = f"{number} is" if position == number + 1 else f"{number} to {position - 1} are"
        return f"this is position {position}, and {many} missing"
    return f"this is position {position}, where {number} is expected"


def last_run(ledger: Ledger, end: int) -> DigestRun | None:
    """Return the last run of the log up to position `end`; None for an empty log."""
    run: DigestRun | None = None
    while end:
        found = list(
            runs(map(announcement_entry, ledger.entries(after=max(end - LOOKED_BACK, 0), upto=end)))
        )
        if not found or (run and not found[-1].continues_in(run)):
            return run
        if run:
            found[-1].join(run)
        run, end = found[-1], found[-1].first - 1
        if len(found) > 1:
            return run
    return run

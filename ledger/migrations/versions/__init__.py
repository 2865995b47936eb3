"""One module a revision; the newest is `ledger.marks.REVISION`."""

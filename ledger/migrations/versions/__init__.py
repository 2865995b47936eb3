"""One module a revision; the newest is `ledger.tables.REVISION`."""

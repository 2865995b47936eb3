"""One module a revision; the newest is `ledger.storage.schema_revision.REVISION`."""

"""Alembic's entry point: run the migrations on the connection given as an attribute."""

from alembic import context

from ledger.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()

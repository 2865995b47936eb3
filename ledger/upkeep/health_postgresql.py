"""Check a PostgreSQL server: whether it is durable, and protects the log from changes."""

from collections.abc import Iterator, Mapping

from ledger.storage.postgresql import WRITER
from ledger.storage.postgresql_server import Server
from ledger.upkeep.health import Check
from ledger.upkeep.health_sqlite import revision, unread_entries

OLDEST_SERVER = 14
"""The oldest major version that the PostgreSQL project still supports, as of 2026."""


def checks(found: Server) -> Iterator[Check]:
    """Check a server, and the ledger in it."""
    if found.password_in_place:
        yield Check(
            "password", "note", "the password is part of the ledger's place",
            "others on this machine may see it; put it in ~/.pgpass, or name a service",
        )  # fmt: skip
    if found.error:
        yield Check("server", "problem", found.error, "check that it is running, and the place")
        return
    yield _version(found)
    yield from _durability(found.settings)
    yield from _connection(found)
    if not found.present:
        message = f"there is none in {found.place}"
        yield Check("ledger", "problem", message, "`mission init` creates one there")
        return
    yield Check("ledger", "fine", found.place)
    if len(found.revisions) == 1:
        yield revision(found.revisions[0])
    else:
        message = "the ledger does not state its schema revision, or this user cannot read it"
        yield Check("schema", "problem", message, "ask for the application role")
    yield _triggers(found.faults)
    yield from unread_entries(found.unread)
    yield from _rights(found)
    held = f"held by {found.holder}" if found.holder else "not held"
    yield Check("turn", "fine", held)


def _version(found: Server) -> Check:
    message = f"PostgreSQL {found.settings['server_version']}"
    if int(found.settings["server_version_num"]) // 10_000 < OLDEST_SERVER:
        return Check("server", "note", message, "upgrade: this version gets no more bug fixes")
    if found.standby:
        message += ", a standby: it is read-only"
        return Check("server", "note", message, "name the primary server to append")
    return Check("server", "fine", message)


def _durability(settings: Mapping[str, str]) -> Iterator[Check]:
    risky = [name for name in ("fsync", "full_page_writes") if settings[name] != "on"]
    for name in risky:
        yield Check(
            "durability", "problem", f"the server is set to {name} = {settings[name]}",
            f"set {name} = on in postgresql.conf: a power cut can lose entries, or the database",
        )  # fmt: skip
    if settings["synchronous_commit"] == "off":
        yield Check(
            "durability", "note", "the server is set to synchronous_commit = off",
            "mission turns it on for its own appends; those of other programs may be lost",
        )  # fmt: skip
    elif not risky:
        message = f"synchronous_commit = {settings['synchronous_commit']}, fsync, full_page_writes"
        yield Check("durability", "fine", message)
    if settings["server_encoding"] != "UTF8":
        yield Check(
            "encoding", "problem", f"the database's encoding is {settings['server_encoding']}",
            "create the ledger in a database whose encoding is UTF8",
        )  # fmt: skip


def _connection(found: Server) -> Iterator[Check]:
    if found.encrypted is False:
        yield Check(
            "connection", "note", "the connection to the server is not encrypted",
            "add ?sslmode=verify-full to the ledger's place",
        )  # fmt: skip


def _triggers(faults: tuple[str, ...]) -> Check:
    if not faults:
        message = "the database refuses UPDATE, DELETE, TRUNCATE and gaps in the log, always"
        return Check("triggers", "fine", message)
    return Check(
        "triggers", "problem", f"the protection of the log was changed: {'; '.join(faults)}",
        "check the log with `mission verify --checkpoint FILE`; then have the owner repair the"
        " protection, or restore a backup",
    )  # fmt: skip


def _rights(found: Server) -> Iterator[Check]:
    if found.superuser or found.owner or found.may_truncate:
        who = "a superuser" if found.superuser else "the log's owner" if found.owner else "trusted"
        yield Check(
            "rights", "note",
            f"{found.user} is {who}, and can remove the protection of the log",
            f"for daily appends use a member of {WRITER}: GRANT {WRITER} TO somebody",
        )  # fmt: skip
    elif not found.may_insert:
        message = f"{found.user} can read the ledger, but not append to it"
        yield Check("rights", "note", message, f"to append, use a member of {WRITER}")
    else:
        yield Check("rights", "fine", f"{found.user} can read and append, nothing else")

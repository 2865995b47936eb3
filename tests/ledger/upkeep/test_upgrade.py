"""A ledger of an earlier revision is brought up to date, on a copy first, and loses nothing."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from events.catalogue import CommandAttested
from events.encoding import codec
from events.errors import DamagedLedgerError, NewerLedgerError, OlderLedgerError, StoreError
from ledger.log import Batch
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.storage.schema_revision import REVISION, REVISIONS
from ledger.upkeep.upgrade import upgrade
from ledger.upkeep.verify import verify
from projections.record import PROJECTIONS, open_record
from tests.ready import empty_ledger
from tests.tampering import tamper


def older(folder: Path, revision: str) -> Path:
    """Make a ledger as an earlier revision left it."""
    path = folder / "ledger.sqlite"
    made = (Path(__file__).parents[1] / f"revision_{revision}.sql").read_text("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(made)
        connection.commit()
    return path


@pytest.fixture(params=REVISIONS[:-1])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give a ledger as an earlier revision left it."""
    return older(tmp_path, request.param)


def logged(path: Path) -> list[bytes]:
    """Read the stored bytes of an older ledger."""
    with closing(sqlite3.connect(path)) as connection:
        query = f"SELECT bytes FROM {table_of(connection)} ORDER BY position"
        return [raw for (raw,) in connection.execute(query)]


def table_of(connection: sqlite3.Connection) -> str:
    """Return the table that an older ledger keeps its bytes in."""
    columns = connection.execute("SELECT name FROM pragma_table_info('entries')").fetchall()
    return "entries" if ("bytes",) in columns else "log"


def revision_of(path: Path) -> str:
    """Return the revision an older ledger says it has."""
    with closing(sqlite3.connect(path)) as connection:
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return found


def test_an_older_ledger_is_called_that(old: Path) -> None:
    """It is not opened as it is, for reading or for writing, and the error says what to do."""
    before = old.read_bytes()
    for write in (False, True):
        with pytest.raises(OlderLedgerError, match=revision_of(old)) as caught:
            open_record(old, write=write)
        assert "mission rebuild" in caught.value.hint
    assert old.read_bytes() == before


def test_it_is_brought_up_to_date(old: Path) -> None:
    """The migrated ledger holds the same bytes, verifies, and can be appended to."""
    raws, revision = logged(old), revision_of(old)
    assert upgrade(old, PROJECTIONS) == (revision, REVISION)
    with open_record(old, write=True) as store:
        assert [raw for _, raw in store.stored()] == raws
        assert store.tree() == grow(Tree(), map(leaf_hash, raws))[0]
        assert verify(store).findings == ()
        assert store.mission_named("nmi") == ["nato-mission-iraq"]
        event = CommandAttested(mission="kfor", on="2021", by="DNK")
        assert store.append(Batch((event,)), by="anna").position == len(raws) + 1
    assert upgrade(old, PROJECTIONS) == (REVISION, REVISION)
    assert not list(old.parent.glob(".ledger-*"))


def test_readers_go_on_meanwhile(old: Path) -> None:
    """A reader in the middle of the old log reads it to its end while it is migrated."""
    with closing(sqlite3.connect(old, isolation_level=None)) as reader:
        query = f"SELECT position, bytes FROM {table_of(reader)} ORDER BY position"
        reader.execute("BEGIN")
        before = reader.execute(query).fetchall()
        upgrade(old, PROJECTIONS)
        assert reader.execute(query).fetchall() == before


def test_a_copy_that_comes_out_wrong_leaves_the_ledger_as_it_was(old: Path) -> None:
    """What a migration cannot take over whole stays in the old ledger, untouched."""
    with closing(sqlite3.connect(old)) as connection:
        table = table_of(connection)
        connection.execute(f"DROP TRIGGER {table}_no_update")
        connection.execute(f"UPDATE {table} SET bytes = x'7b7d' WHERE position = 2")
        connection.commit()
    before = logged(old)
    with pytest.raises(StoreError):
        upgrade(old, PROJECTIONS)
    assert logged(old) == before
    assert not list(old.parent.glob(".ledger-*"))
    with pytest.raises(OlderLedgerError):
        open_record(old)


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    """A ledger of a later revision is left alone."""
    path = empty_ledger(tmp_path / "ledger.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    with pytest.raises(NewerLedgerError):
        upgrade(path, PROJECTIONS)


def test_what_shows_a_change_is_not_made_anew_by_migrating(tmp_path: Path) -> None:
    """An older log that is not that of its own tree is left as it is, unless one is told to."""
    path = tmp_path / "ledger.sqlite"
    made = (Path(__file__).parents[1] / "revision_0002.sql").read_text("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(made)
        raw = connection.execute("SELECT bytes FROM log WHERE position = 2").fetchone()[0]
        old = codec.decode(raw)
        other = codec.write(old.content.model_copy(update={"on": "2019-07"}))
        forged = codec.encode(other, 2, old.recorded_at, old.recorded_by, old.announcement)
    tamper(path, "UPDATE log SET bytes = :raw WHERE position = 2", raw=forged.raw)
    id_ = bytes.fromhex(other.id)
    tamper(path, "UPDATE entries SET id = :id WHERE position = 2", id=id_)
    with pytest.raises(DamagedLedgerError, match="does not match its stored"):
        upgrade(path, PROJECTIONS)
    assert revision_of(path) == "0002"
    assert upgrade(path, PROJECTIONS, trust_log=True) == ("0002", REVISION)


@pytest.mark.parametrize(
    "damage",
    [
        ("DELETE FROM log WHERE position = 3",),
        ("DELETE FROM log WHERE position = 3", "DELETE FROM {entries} WHERE position = 3"),
        ("UPDATE {first_leaf} SET hash = zeroblob(32) WHERE {is_first}",),
    ],
    ids=["cut", "cut in the index too", "a leaf changed"],
)
@pytest.mark.parametrize("revision", REVISIONS[1:-1])
def test_a_cut_is_not_made_good_by_migrating(
    tmp_path: Path, revision: str, damage: tuple[str, ...]
) -> None:
    """Where the older tree goes on, or a leaf is another's, nothing is done unless told to."""
    path = older(tmp_path, revision)
    first_leaf, is_first = ("leaf", "position = 1") if revision >= "0006" else ("tree", "place = 0")
    if revision < "0004":
        is_first = "level = 0 AND number = 0"
    entries = "entry" if revision >= "0006" else "entries"
    names = {"first_leaf": first_leaf, "is_first": is_first, "entries": entries}
    tamper(path, *(each.format(**names) for each in damage))
    with pytest.raises(DamagedLedgerError, match="does not match its stored"):
        upgrade(path, PROJECTIONS)
    assert revision_of(path) == revision
    assert upgrade(path, PROJECTIONS, trust_log=True) == (revision, REVISION)


def test_two_who_migrate_at_once_both_succeed(old: Path) -> None:
    """Whoever waited finds it done."""
    revision = revision_of(old)
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: upgrade(old, PROJECTIONS), range(2)))
    assert done == [(revision, REVISION)] * 2
    with open_record(old) as store:
        assert verify(store).findings == ()

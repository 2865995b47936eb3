"""Where a ledger is.

A place is the path of a SQLite file, `sqlite:///` and a path, or the URL of a PostgreSQL
database: `postgresql+psycopg://user@host/database`.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import platformdirs

from events.errors import StoreError

if TYPE_CHECKING:
    import sqlalchemy as sa

_A_URL_GONE_WRONG = re.compile(
    r"(?:postgres|postgresql|pgsql|sqlite|mysql)[a-z+]*:"
    r"|(?:[a-z+]*[:;]?//)?[^/]*:.*@"  # user:password@host
    r"|(?!\.{0,2}/|~).*\bpassword\s*=",  # host=… password=…
    re.IGNORECASE | re.DOTALL,
)
"""It may hold a password, so it is not shown either. A path that begins as one is none."""

_PLAIN_URL = re.compile(
    r"(?P<scheme>postgresql(\+psycopg)?)://((?P<user>[\w.%-]*)(:.*)?@)?"
    r"(?P<where>[\w.-]*(:[0-9]+)?(/[\w.%-]*)?)(\?[^@]*)?"
)


def default_path() -> Path:
    """Return where a user's own ledger is when none is named."""
    return platformdirs.user_data_path("mission-ledger") / "ledger.sqlite"


def where_is(place: str | Path) -> "Path | sa.URL":
    """Tell a file from a database URL: the one place where that is decided.

    Raises StoreError for what is neither.
    """
    text = str(place)
    if isinstance(place, str):
        scheme, found, rest = text.partition("://")
        if found and scheme in ("postgresql", "postgresql+psycopg"):
            from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

            return postgresql.url_of(text)
        if found and scheme == "sqlite":
            text = unquote(rest.removeprefix("/"))
        elif found and re.fullmatch("[A-Za-z0-9+]*", scheme):
            raise StoreError(
                f"{scheme} is not a kind of database a ledger can be in",
                hint="name a file, sqlite:///path/to/file, or"
                " postgresql+psycopg://user@host/database",
            )
        if (found and scheme != "sqlite") or _A_URL_GONE_WRONG.match(text):
            raise StoreError(
                "this is neither a file nor a database URL",
                hint="a URL is written postgresql+psycopg://user@host/database; a file that is"
                " called so, ./ and its name",
            )
    if text == "-":
        raise StoreError(
            "a ledger is a file or a database, never standard input or output",
            hint="name a file; one that is called so is ./-",
        )
    if not text.strip() or text.startswith(":") or "\0" in text:
        raise StoreError(f"{text!r} names no file a ledger could be in", hint="name a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise StoreError(
            f"{text} is in the home of nobody known here", hint="write the path in full"
        ) from None


def shown_place(place: str | Path) -> str:
    """Return a place as messages name it: a path, or a URL without its password."""
    where = where_is(place)
    if isinstance(where, Path):
        return str(where)
    from ledger.storage import postgresql  # noqa: PLC0415 (start-up)

    return postgresql.shown(where)


def path_of(place: str | Path) -> Path:
    """Return the path of a ledger in a SQLite file. Raises StoreError for other kinds of place."""
    where = where_is(place)
    if not isinstance(where, Path):
        raise StoreError("a PostgreSQL ledger is no file", hint="name a file")
    return where


def shown_at_once(place: str) -> str:
    """Return a place as messages name it, without loading what opens a database.

    A URL is shown without its password and its options, and not at all where it is not plain what
    in it is the password.
    """
    if "://" not in place or place.startswith("sqlite:"):
        return str(path_of(place).absolute())
    found = _PLAIN_URL.fullmatch(place)
    if found is None:
        return "a database URL"
    user = f"{found['user']}@" if found["user"] else ""
    return f"{found['scheme']}://{user}{found['where']}"

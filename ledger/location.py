"""Parse and print the place of a ledger.

A place is the path of a SQLite file, `sqlite:///` and a path, or the URL of a PostgreSQL
database: `postgresql+psycopg://user@host/database` (`ledger.storage.postgresql_url`).
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import platformdirs

from events.errors import StoreError

if TYPE_CHECKING:
    import sqlalchemy as sa

_MALFORMED_URL = re.compile(
    r"(?:postgres|postgresql|pgsql|sqlite|mysql)[a-z+]*:"
    r"|(?:[a-z+]*[:;]?//)?[^/]*:.*@"  # user:password@host
    r"|(?!\.{0,2}/|~).*\bpassword\s*=",  # host=… password=…
    re.IGNORECASE | re.DOTALL,
)
"""Matches a malformed URL: it may hold a password, so it is not shown.

What starts like a path (/, ./, ../ or ~) does not match.
"""

_PLAIN_URL = re.compile(
    r"(?P<scheme>postgresql(\+psycopg)?)://((?P<user>[\w.%-]*)(:.*)?@)?"
    r"(?P<where>[\w.-]*(:[0-9]+)?(/[\w.%-]*)?)(\?(?P<options>[^@]*))?"
)
_HOST = r"([\w./-]|%2F)*(:[0-9]*)?|[0-9A-Fa-f:]+"
_PLAIN_HOSTS = re.compile(rf"(host|port)=({_HOST})(,({_HOST}))*", re.ASCII)
"""An option of a URL that names hosts or ports, and can hold no password."""


def default_path() -> Path:
    """Return the place of the user's ledger when no other is given."""
    return platformdirs.user_data_path("mission-ledger") / "ledger.sqlite"


def parse_place(place: str | Path) -> "Path | sa.URL":
    """Parse a place into a file path or a database URL; nothing else decides which it is.

    Raises StoreError for what is neither.
    """
    text = str(place)
    if isinstance(place, str):
        scheme, found, rest = text.partition("://")
        if found and scheme in ("postgresql", "postgresql+psycopg"):
            from ledger.storage.postgresql_url import url_of  # noqa: PLC0415 (start-up)

            return url_of(text)
        if found and scheme == "sqlite":
            text = unquote(rest.removeprefix("/"))
        elif found and re.fullmatch("[A-Za-z0-9+]*", scheme):
            raise StoreError(
                f"{scheme} is not a supported database",
                hint="name a file, sqlite:///path/to/file, or"
                " postgresql+psycopg://user@host/database",
            )
        if (found and scheme != "sqlite") or _MALFORMED_URL.match(text):
            raise StoreError(
                "this is neither a file nor a database URL",
                hint="write a URL as postgresql+psycopg://user@host/database; for a file of that"
                " name, write ./ before it",
            )
    if text == "-":
        raise StoreError(
            "a ledger is a file or a database, never standard input or output",
            hint="name a file; for a file called -, write ./-",
        )
    if not text.strip() or text.startswith(":") or "\0" in text:
        raise StoreError(f"{text!r} is not a file name", hint="name a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise StoreError(
            f"the home directory in {text} is unknown", hint="write the full path"
        ) from None


def display_place(place: str | Path) -> str:
    """Return a place for messages: a path, or a URL without its password."""
    where = parse_place(place)
    if isinstance(where, Path):
        return str(where)
    from ledger.storage.postgresql_url import shown  # noqa: PLC0415 (start-up)

    return shown(where)


def path_of(place: str | Path) -> Path:
    """Return the path of a ledger in a SQLite file. Raises StoreError for a database URL."""
    where = parse_place(place)
    if not isinstance(where, Path):
        raise StoreError("a PostgreSQL ledger is not a file", hint="name a file")
    return where


def display_place_fast(place: str) -> str:
    """Return a place for messages without importing the database drivers (start-up time).

    Of a URL's options only hosts and ports are shown. A URL is not shown at all where the password
    in it cannot be told apart for sure.
    """
    if "://" not in place or place.startswith("sqlite:"):
        return str(path_of(place).absolute())
    found = _PLAIN_URL.fullmatch(place)
    if found is None:
        return "a database URL"
    user = f"{found['user']}@" if found["user"] else ""
    options = (found["options"] or "").split("&")
    hosts = [option for option in options if option.startswith(("host=", "port="))]
    if not all(map(_PLAIN_HOSTS.fullmatch, hosts)):
        return "a database URL"
    return f"{found['scheme']}://{user}{found['where']}{'?' if hosts else ''}{'&'.join(hosts)}"

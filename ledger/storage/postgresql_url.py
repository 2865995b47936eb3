"""The URL of a ledger in PostgreSQL: parse it, and show it without its passwords.

    postgresql+psycopg://anna@db.example:5432/missions
    postgresql+psycopg://anna@/missions?host=a:5432&host=b:5433&target_session_attrs=read-write
    postgresql+psycopg://anna@/missions?host=a,b&port=5432,5433

Several hosts are tried in order (libpq, "Specifying Multiple Hosts"). Other options after the `?`
are libpq's and are passed on unchanged.
"""

import sqlalchemy as sa

from events.errors import StoreError

DRIVER = "postgresql+psycopg"


def url_of(text: str) -> sa.URL:
    """Parse a database URL. Raises StoreError."""
    try:
        text.encode()
    except UnicodeEncodeError:  # a byte that is not UTF-8, which Python decodes as a lone surrogate
        raise StoreError(
            "this database URL is not text in UTF-8", hint="percent-encode such bytes: %E6"
        ) from None
    try:
        url = sa.make_url(text).set(drivername=DRIVER)
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(
            "this is not a database URL",
            hint="write it as postgresql+psycopg://user@host:5432/database, and several hosts as"
            " postgresql+psycopg://user@/database?host=a:5432&host=b:5432",
        ) from None
    hosts = [url.host or "", *url.normalized_query.get("host", ())]
    if any("@" in each[1:] for hosts_ in hosts for each in hosts_.split(",")):
        raise StoreError(  # @name, at the beginning, is a socket without a file
            "this is not a database URL: it has more than one @",
            hint="write @ in a password as %40",
        )
    if not _is_possible(url):
        raise StoreError(
            "the hosts and ports in this database URL do not match",
            hint="write them as ?host=a:5432&host=b:5433 or, with addresses of IPv6, as"
            " ?host=a,::1&port=5432,5433",
        )
    return url


def _is_possible(url: sa.URL) -> bool:
    """Whether each host has one port, a number, in one of the two ways of writing several."""
    hosts = url.normalized_query.get("host", ())
    if len(hosts) > 1 and any(host.count(":") > 1 for host in hosts):
        return False
    try:
        url.get_dialect()().create_connect_args(url)
    except (sa.exc.ArgumentError, ValueError):
        return False
    return True


def shown(url: sa.URL) -> str:
    """Return a URL for messages, with passwords masked."""
    masked = url.update_query_dict(dict.fromkeys(_secret_options(url), "***"))
    start, found, options = masked.render_as_string(hide_password=True).partition("?")
    for code, character in (("%3A", ":"), ("%2C", ","), ("%2A", "*")):
        options = options.replace(code, character)
    return start + found + options


def holds_password(url: sa.URL) -> bool:
    """Whether a password is part of a URL."""
    return bool(url.password or _secret_options(url))


def _secret_options(url: sa.URL) -> list[str]:
    return [name for name in url.query if "pass" in name.lower() and name != "passfile"]

"""What a shell completes: names in the record, fixed names, forms of dates.

Each function is a parameter's `shell_complete`. Where the ledger cannot be read nothing is
completed: the line being typed must never be spoilt.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from click.shell_completion import CompletionItem

from cli.call import Complete
from events.facets import FACETS
from ledger.log import Store

ID_DIGITS = 4
"""How many digits of an id tell events apart at the least."""

MOST_IDS = 50
"""How many ids are offered."""


def fixed(known: Callable[[], Iterable[str]]) -> Complete:
    """Complete one of some fixed names."""
    return lambda _ctx, _param, text: _fitting(known, text)


facets = fixed(lambda: FACETS)


def types(_ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the names of event types."""

    def known() -> Iterable[str]:
        from events.record_events import ALL_TYPES  # noqa: PLC0415 (start-up)

        return ALL_TYPES

    return _fitting(known, text)


def missions(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the short names and aliases of missions."""

    def known() -> Iterator[str]:
        with _ledger(ctx) as store:
            for name, aliases in store.names().items():
                yield from (name, *aliases)

    return _fitting(known, text)


def keys(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the keys of the mission named before."""

    def known() -> Iterator[str]:
        from projections import names  # noqa: PLC0415 (start-up)
        from projections.view import view  # noqa: PLC0415

        with _ledger(ctx) as store:
            seen = view(store, names.mission(store, ctx.params["mission"]))
            yield from (each.key for each in names.keys(seen, ctx.params.get("facet")))

    return _fitting(known, text)


def parties(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the nations and bodies that the record names, by code or any of their names."""

    def known() -> Iterator[str]:
        from projections import names  # noqa: PLC0415 (start-up)

        with _ledger(ctx) as store:
            for each in names.parties(store.parties()):
                yield from (each.key, *each.names)

    return _fitting(known, text)


def sources(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the ids of sources."""

    def known() -> Iterator[str]:
        with _ledger(ctx) as store:
            yield from store.source_ids()

    return _fitting(known, text)


def entries(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the ids of events, from ID_DIGITS on, and of sources."""

    def known() -> Iterator[str]:
        from cli.render import entry_text  # noqa: PLC0415 (start-up)

        with _ledger(ctx) as store:
            if len(text) >= ID_DIGITS:
                found = store.starting_with(text, limit=MOST_IDS)
                yield from (entry_text.short(each.id) for each in found)
            yield from store.source_ids()

    return _fitting(known, text)


def dates(_ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the forms of a date: words, and a year, month or day as they are written."""
    now = datetime.now(UTC).date()
    forms = {
        "today": f"{now}, in UTC",
        "yesterday": f"{now - timedelta(days=1)}, in UTC",
        f"{now:%Y}": "a year",
        f"{now:%Y-%m}": "a month",
        f"{now:%Y-%m-%d}": "a day",
    }
    return [
        CompletionItem(form, help=said) for form, said in forms.items() if form.startswith(text)
    ]


@contextmanager
def _ledger(ctx: click.Context) -> Iterator[Store]:
    from cli.ledger import reading  # noqa: PLC0415 (start-up)

    with reading(ctx.params.get("ledger"), quiet=True) as store:
        yield store


def _fitting(known: Callable[[], Iterable[str]], text: str) -> list[CompletionItem]:
    try:
        names = dict.fromkeys(known())
    except Exception:  # whatever it is, it must not spoil the line
        return []
    asked = text.casefold()
    fitting = (name for name in names if name.casefold().startswith(asked))
    # A shell would take a name of several words for as many arguments.
    return [CompletionItem(name) for name in fitting if " " not in name]

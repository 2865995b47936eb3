"""Shell completion of names in the record, fixed names and forms of dates.

Each function is a parameter's `shell_complete`. If the ledger cannot be read, nothing is
completed: an error must never disturb the line being typed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from click.shell_completion import CompletionItem

from cli.call import Complete
from events.facets import FACETS
from projections.question import ClaimStore

ID_DIGITS = 4
"""The fewest digits of an id that are completed."""

MOST_IDS = 50
"""The most ids offered."""


def one_of_names(known: Callable[[], Iterable[str]]) -> Complete:
    """Complete one of some fixed names."""
    return lambda _ctx, _param, text: _matching(known, text)


facets = one_of_names(lambda: FACETS)


def types(_ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the names of event types."""

    def known() -> Iterable[str]:
        from events.record_events import ALL_TYPES  # noqa: PLC0415 (start-up)

        return ALL_TYPES

    return _matching(known, text)


def missions(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the short names and aliases of missions."""

    def known() -> Iterator[str]:
        with _ledger(ctx) as store:
            for name, aliases in store.names().items():
                yield from (name, *aliases)

    return _matching(known, text)


def keys(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the keys of the mission given before."""

    def known() -> Iterator[str]:
        from projections import names  # noqa: PLC0415 (start-up)
        from projections.view import view  # noqa: PLC0415

        with _ledger(ctx) as store:
            seen = view(store, names.mission(store, ctx.params["mission"]))
            yield from (each.key for each in names.keys(seen, ctx.params.get("facet")))

    return _matching(known, text)


def parties(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the nations and bodies in the record, by their codes and names."""

    def known() -> Iterator[str]:
        from projections import names  # noqa: PLC0415 (start-up)

        with _ledger(ctx) as store:
            for each in names.parties(store.parties()):
                yield from (each.key, *each.names)

    return _matching(known, text)


def sources(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the ids of sources."""

    def known() -> Iterator[str]:
        with _ledger(ctx) as store:
            yield from store.source_ids()

    return _matching(known, text)


def entries(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the ids of events, from ID_DIGITS on, and of sources."""

    def known() -> Iterator[str]:
        from cli.render import entry_text  # noqa: PLC0415 (start-up)

        with _ledger(ctx) as store:
            if len(text) >= ID_DIGITS:
                found = store.starting_with(text, limit=MOST_IDS)
                yield from (entry_text.short(each.id) for each in found)
            yield from store.source_ids()

    return _matching(known, text)


def dates(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the forms of a date: words, and today's year, month and day."""
    now = datetime.now(UTC).date()
    forms = {
        "today": f"{now}, in UTC",
        "yesterday": f"{now - timedelta(days=1)}, in UTC",
        f"{now:%Y}": "a year",
        f"{now:%Y-%m}": "a month",
        f"{now:%Y-%m-%d}": "a day",
    }
    return [
        CompletionItem(form, help=text) for form, text in forms.items() if form.startswith(typed)
    ]


@contextmanager
def _ledger(ctx: click.Context) -> Iterator[ClaimStore]:
    from cli.ledger import reading  # noqa: PLC0415 (start-up)

    with reading(ctx.params.get("ledger"), quiet=True) as store:
        yield store


def _matching(known: Callable[[], Iterable[str]], text: str) -> list[CompletionItem]:
    try:
        names = dict.fromkeys(known())
    except Exception:  # no error may disturb the line being typed
        return []
    prefix = text.casefold()
    matching = (name for name in names if name.casefold().startswith(prefix))
    # A shell would split a name of several words into several arguments.
    return [CompletionItem(name) for name in matching if " " not in name]

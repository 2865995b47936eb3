"""Shell completion of names in the record, fixed names and forms of dates.

Each function is a parameter's `shell_complete`. If the ledger cannot be read, nothing is
completed: an error must never disturb the line being typed.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import wraps

import click
from click.shell_completion import CompletionItem

from cli.call import Complete, complete_one_of, matching
from events.facets import FACETS
from projections.question import ClaimStore

ID_DIGITS = 4
"""The fewest digits of an id that are completed."""

MOST_IDS = 50
"""The most ids offered."""


def _from_ledger(known: Callable[[ClaimStore, click.Context, str], Iterable[str]]) -> Complete:
    """Complete one of the names that a function reads from the ledger in use."""

    @wraps(known)
    def complete(ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
        from cli.ledger import reading  # noqa: PLC0415 (start-up)

        try:
            with reading(ctx.params.get("ledger"), quiet=True) as store:
                return matching(known(store, ctx, text), text)
        except Exception:  # no error may disturb the line being typed
            return []

    return complete


facets = complete_one_of(FACETS)


def types(_ctx: click.Context, _param: click.Parameter, text: str) -> list[CompletionItem]:
    """Complete the names of event types."""
    from events.record_events import ALL_TYPES  # noqa: PLC0415 (start-up)

    return matching(ALL_TYPES, text)


@_from_ledger
def missions(store: ClaimStore, _ctx: click.Context, _text: str) -> Iterator[str]:
    """Complete the short names and aliases of missions."""
    for name, aliases in store.names().items():
        yield from (name, *aliases)


@_from_ledger
def keys(store: ClaimStore, ctx: click.Context, _text: str) -> Iterator[str]:
    """Complete the keys of the mission given before."""
    from projections import names  # noqa: PLC0415 (start-up)
    from projections.view import view  # noqa: PLC0415

    seen = view(store, names.mission(store, ctx.params["mission"]))
    yield from (each.key for each in names.keys(seen, ctx.params.get("facet")))


@_from_ledger
def parties(store: ClaimStore, _ctx: click.Context, _text: str) -> Iterator[str]:
    """Complete the nations and bodies in the record, by their codes and names."""
    from projections import names  # noqa: PLC0415 (start-up)

    for each in names.parties(store.parties()):
        yield from (each.key, *each.names)


@_from_ledger
def sources(store: ClaimStore, _ctx: click.Context, _text: str) -> Iterable[str]:
    """Complete the ids of sources."""
    return store.source_ids()


@_from_ledger
def entries(store: ClaimStore, _ctx: click.Context, text: str) -> Iterator[str]:
    """Complete the ids of events, from ID_DIGITS on, and of sources."""
    from cli.render import entry_text  # noqa: PLC0415 (start-up)

    if len(text) >= ID_DIGITS:
        found = store.starting_with(text, limit=MOST_IDS)
        yield from (entry_text.short(each.id) for each in found)
    yield from store.source_ids()


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

"""The numbers of names: missions and sources are numbered in order of first mention.

Numbers are counted under the write lock, with no sequence, so that a rebuild gives the same ones.
"""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from ledger.storage.given_rows import given_values
from ledger.storage.schema import name
from ledger.storage.transaction import Transaction

_NUMBERS = select(name).where(name.c.name.in_(given_values()))
_ONE = select(name.c.number).where(name.c.name == bindparam("one"))
_LAST = select(func.max(name.c.number))


def number_of(transaction: Transaction, one: str) -> int | None:
    """Return the number of a name; None where no entry mentions it."""
    found: int | None = transaction.scalar(_ONE, one=one)
    return found


def numbers_of(transaction: Transaction, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of those names that any entry mentions."""
    wanted = dict.fromkeys(names)
    there = transaction.numbers
    rows = transaction.rows_among(_NUMBERS, [each for each in wanted if each not in there])
    there.update({row.name: row.number for row in rows})
    return {each: there[each] for each in wanted if each in there}


def numbered(transaction: Transaction, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of names, and number those that no entry mentioned before."""
    wanted = dict.fromkeys(names)
    found = numbers_of(transaction, wanted)
    if new := [each for each in wanted if each not in found]:
        last = transaction.scalar(_LAST) or 0
        added = {each: number for number, each in enumerate(new, last + 1)}
        transaction.insert(name, [(number, each) for each, number in added.items()])
        transaction.numbers.update(added)
        found.update(added)
    return found

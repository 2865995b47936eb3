"""Rows of values in a statement, as one parameter: a JSON array of arrays.

    wanted = given_rows("wanted", mission=NAME, period=sa.SmallInteger())
    select(periods.c.begins).select_from(
        in_order(wanted, periods, same(periods, wanted, "mission", "period"))
    )

The text of such a statement does not depend on the number of rows, so it is compiled once.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import FromClause, Join

Kind = sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]]

GIVEN = "given"
"""The name of the parameter."""


class _Elements(GenericFunction[Any]):
    """The elements of a JSON array, one a row."""

    name = "json_each"
    inherit_cache = True


@compiles(_Elements, "postgresql")
def _elements_in_postgresql(elements: _Elements, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    (array,) = elements.clauses
    return f"jsonb_array_elements(CAST({compiler.process(array, **options)} AS jsonb))"


class _Item(GenericFunction[Any]):
    """The value of one number in an element that is itself an array."""

    name = "json_item"
    inherit_cache = True


@compiles(_Item, "sqlite")
def _item_in_sqlite(item: _Item, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    element, number = (compiler.process(each, **options) for each in item.clauses)
    return f"json_extract({element}, '$[{number}]')"


@compiles(_Item, "postgresql")
def _item_in_postgresql(item: _Item, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    element, number = (compiler.process(each, **options) for each in item.clauses)
    value = f"{element} ->> {number}"
    if isinstance(item.type, sa.Text):
        return f"({value})"
    return f"CAST({value} AS {compiler.dialect.type_compiler_instance.process(item.type)})"


class _InOrder(Join):
    """A join whose left side is read first."""

    inherit_cache = True


@compiles(_InOrder, "sqlite")
def _in_order_in_sqlite(join: _InOrder, compiler: Any, **options: Any) -> str:  # noqa: ANN401
    left, right = (
        compiler.process(side, **{**options, "asfrom": True}) for side in (join.left, join.right)
    )
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause, **options)}"


def given_rows(name: str, /, **columns: Kind) -> sa.CTE:
    """Return a table of the rows that the parameter `given` holds, with these columns."""
    each = _elements(sa.bindparam(GIVEN, type_=sa.Text()), f"each_{name}")
    items = (
        _Item(each.c.value, sa.literal_column(str(number)), type_=kind).label(column)
        for number, (column, kind) in enumerate(columns.items())
    )
    return sa.select(*items).select_from(each).cte(name)


def _elements(array: sa.ColumnElement[str], name: str) -> sa.TableValuedAlias:
    return _Elements(array).table_valued(sa.column("value", sa.Text()), name=name)


def given_values() -> sa.BindParameter[Any]:
    """Return the parameter `given` as a list of values: `column.in_(given_values())`."""
    return sa.bindparam(GIVEN, expanding=True)


def in_order(left: FromClause, right: FromClause, *conditions: Any) -> Join:  # noqa: ANN401
    """Join two tables; SQLite reads the left one first, and finds rows of the right by an index."""
    return _InOrder(left, right, sa.and_(*conditions))


def same(left: FromClause, right: FromClause, *names: str) -> sa.ColumnElement[bool]:
    """Return the condition that rows of two tables agree in these columns."""
    return sa.and_(*(left.c[name] == right.c[name] for name in names))


def as_given(table: FromClause, names: Sequence[str], *conditions: sa.ColumnElement[bool]) -> Join:
    """Return the rows of a table that agree with the given rows in these columns."""
    wanted = given_rows("wanted", **{name: table.c[name].type for name in names})
    return in_order(wanted, table, same(table, wanted, *names), *conditions)


def as_parameter(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as the value of the parameter."""
    return json.dumps(rows, ensure_ascii=False)

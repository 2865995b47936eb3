"""The structure in `docs/architecture.md`: folders, names of modules, late imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs import import_graph

ROOT = Path(__file__).parents[1]
SOURCES = [
    path for package in import_graph.PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
]

IMPORTED_LATE = {
    "events/redaction.py": "base64 hashlib urllib.parse",
    "projections/claims_table/projection.py": (
        "projections.claims_table.entry_parts projections.claims_table.index"
    ),
    "ledger/backends.py": "ledger.storage.postgresql",
    "ledger/location.py": "ledger.storage.postgresql_url",
    "ledger/shipped/stored_log.py": "events.encoding.codec",
    "ledger/storage/entry_index.py": "ledger.storage.entry_summary",
    "ledger/storage/log_queries.py": "events.encoding.codec",
    "ledger/storage/sql_store.py": "ledger.storage.append_batch",
    "ledger/storage/migrate.py": "alembic alembic.config alembic.script",
    "ledger/transparency/keys.py": (
        "cryptography.exceptions cryptography.hazmat.primitives "
        "cryptography.hazmat.primitives.asymmetric"
    ),
    "ledger/transparency/timestamps.py": "cryptography.x509 rfc3161_client",
    "ledger/upkeep/doctor.py": "ledger.storage.postgresql_server ledger.upkeep.health_postgresql",
    "ledger/upkeep/upgrade.py": "ledger.storage.postgresql",
    "cli/commands/exchange/import_.py": "ledger.exchange.cloudevents ledger.exchange.log_import",
    "cli/failures.py": "cli.render.output events.names",
    "cli/groups.py": "cli.render.pager events.names",
    "cli/main.py": "cli.location cli.render.messages",
    "cli/options/clocks.py": "events.dates.phrases events.publication",
    "cli/options/common.py": "events.names",
    "cli/options/completion.py": (
        "cli.ledger cli.render.entry_text events.record_events projections.names projections.view"
    ),
    "cli/render/columns.py": "events.catalogue events.claim_event",
    "cli/render/languages/translation.py": (
        "cli.render.languages.danish cli.render.languages.danish_terms"
    ),
    "cli/render/messages.py": "cli.render.terminal rich.cells",
    "cli/render/output.py": "cli.render.markdown cli.render.terminal",
    "projections/record.py": "ledger.upkeep.foreign_log",
}
"""What each file imports inside functions: commands that do not need it start without it."""

GIVEN_UP = {
    *("lives", "series", "selecting", "lookups", "scope", "unindexed", "direct", "pooled", "rows"),
    *("sqltables", "sqliteconnections", "turns", "marks", "patience", "troubles", "planning"),
    *("appending", "opening", "examining", "regrowing", "blocks", "workers", "unreadable"),
    *("bringing", "interchange", "keeping", "recalling", "rereading", "versions", "tongues"),
    *("complaints", "faults", "shape", "visible", "kept", "near", "whole", "entries"),
    "describing",
}
"""Names of modules that the field's terms took the place of."""

SQL_STANDS_IN = re.compile(
    r"ledger/storage/(migrations/.*|guards|postgresql\w*|sqlite\w*)\.py"
    r"|projections/exports/sqlite_views\.py",
)
"""Where SQL is written as text: in migrations, guards, what differs between the databases, and the
views of an exported database, which its readers see."""

SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|WITH|BEGIN|LOCK|SET|EXPLAIN)\s"
    r"|.*\b(SELECT|VALUES|INSERT INTO|DELETE FROM|ORDER BY|GROUP BY|WHERE)\s",
    re.DOTALL,
)


def imported_late(path: Path) -> set[str]:
    """Return what a file imports inside functions."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {name for each in functions for node in ast.walk(each) for name in _names(node)}


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if _is_module(inner) else node.module


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_imports_inside_functions_are_all_listed() -> None:
    """An import inside a function is there for start-up alone, and in the list of all of them."""
    found = {str(path.relative_to(ROOT)): imported_late(path) for path in SOURCES}
    listed = {path: set(names.split()) for path, names in IMPORTED_LATE.items()}
    assert {path: names for path, names in found.items() if names} == listed


def test_the_ledger_has_few_folders_and_files() -> None:
    """The ledger has at most eight folders, each with files, and thirteen files beside them."""
    ledger = ROOT / "ledger"
    folders = [each for each in ledger.iterdir() if each.is_dir() and each.name != "__pycache__"]
    files = [path for path in ledger.glob("*.py") if path.name != "__init__.py"]
    assert len(folders) <= 8
    assert len(files) <= 13
    for folder in folders:
        kept = [path for path in folder.rglob("*.*") if "__pycache__" not in path.parts]
        assert [path for path in kept if path.name != "__init__.py"], folder


def test_modules_have_plain_names_and_say_what_they_are_for() -> None:
    """No module is named in a word that was given up, and each begins with a docstring."""
    assert [path for path in SOURCES if path.stem in GIVEN_UP] == []
    read = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}
    assert [path for path, tree in read.items() if not ast.get_docstring(tree)] == []


def test_the_import_graph_in_the_documentation_is_as_it_is() -> None:
    """The graph is drawn by a script, and drawn anew when imports change."""
    (found,) = import_graph.BLOCK.findall(import_graph.DOCUMENT.read_text("utf-8"))
    assert found == import_graph.drawn()


def sql_text(tree: ast.Module) -> Iterator[int]:
    """Yield the lines on which SQL is written as text, docstrings left out."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in spoken:
            if isinstance(node.value, str) and SQL.match(node.value):
                yield node.lineno
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            literal = any(isinstance(each, ast.Constant | ast.JoinedStr) for each in node.args[:1])
            if name in ("sa.text", "text") or (
                name.endswith(("exec_driver_sql", "literal_column")) and literal
            ):
                yield node.lineno


def test_sql_is_written_as_text_in_few_places() -> None:
    """Statements are built by SQLAlchemy, but in migrations, guards, dialects and exports."""
    written = {}
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        lines = list(sql_text(ast.parse(path.read_text("utf-8"))))
        if lines and not SQL_STANDS_IN.fullmatch(name):
            written[name] = lines
    assert written == {}
    assert [path for path in SOURCES if "noqa: S608" in path.read_text("utf-8")] == []


def test_sql_as_text_is_recognised() -> None:
    """The text of a statement is found wherever it is written; a docstring about it is none."""
    for program in (
        'x = "SELECT 1"',
        'x = f" WHERE {y} = 1"',
        "connection.execute(sa.text(x))",
        'connection.exec_driver_sql(f"{x}")',
        'def f():\n    """Say."""\n    return "DELETE FROM log"',
    ):
        assert list(sql_text(ast.parse(program))), program
    for program in ('"""SELECT 1"""', "# SELECT 1", "connection.exec_driver_sql(x)"):
        assert not list(sql_text(ast.parse(program))), program


def test_one_module_imports_the_driver_of_sqlite() -> None:
    """Whatever else has to do with a file of SQLite asks for it there."""
    found = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in _names(node)
        if name.partition(".")[0] == "sqlite3"
    }
    assert found == {"ledger/storage/sqlite.py"}

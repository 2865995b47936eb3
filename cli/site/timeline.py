"""The timeline of a mission up to today, for readers without scripts, in the current language."""

from cli.inquiry import title_of
from cli.render import state_rows, wording
from cli.render.languages.translation import term, tr
from cli.render.legend import Legend
from cli.site.gather import MissionRecord
from events.facets import FACETS
from events.printable import printable
from projections.exports.bars import WORDS, PictureWords, groups_of
from projections.exports.timeline_svg import drawn


def timeline(record: MissionRecord, today: int) -> bytes:
    """Return the picture of a mission's periods up to the close of `today`, as SVG."""
    seen, words = record.latest.views[-1], picture_words(record.legend)
    recorded = tr("as recorded up to position {position}", position=record.position)
    notes = [f"{recorded}, {tr('from all sources, whenever published')}"]
    return drawn(
        printable(title_of(seen)), groups_of(seen, today, words), today, notes, words.text
    ).encode()


def picture_words(legend: Legend) -> PictureWords:
    """Return the words of pictures in the current language; missions are named by a legend."""
    known = {
        **{english: wording.standing(standing) for standing, english in WORDS.items()},
        **{each.label: term("facet", each.label) for each in FACETS.values()},
        "disputed": tr("disputed"),
        "any time": tr("any time"),
        "{standing}: {first} to {last}": tr(
            "{standing}: {first} to {last}", standing="{standing}", first="{first}", last="{last}"
        ),
        "ended by {day}": tr("ended by {day}", day="{day}"),
        "only planned, up to {day}": tr("only planned, up to {day}", day="{day}"),
        "sources disagree on some of these days": tr("sources disagree on some of these days"),
        "periods up to the close of {day}": tr("periods up to the close of {day}", day="{day}"),
        "Nothing is in the state on any day up to then.": tr(
            "Nothing is in the state on any day up to then."
        ),
    }
    return PictureWords(lambda text: known[text], lambda entry: state_rows.title(entry, legend))

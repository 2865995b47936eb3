"""Events about a source: that it is withdrawn, or was described wrongly."""

from collections.abc import Mapping

from cli.recording.settings import as_file
from cli.render.entry_text import short
from events.errors import MissionLedgerError
from events.files.announcement import read_announcement
from events.names import did_you_mean
from events.record_events import DESCRIPTION, SourceCorrected, SourceWithdrawn
from events.source import Source
from projections.question import ClaimStore
from projections.sources import sources_in_force
from projections.weighing.amendments import Kind


def withdrawal(
    store: ClaimStore, about: Source, *, source: str | None, reason: str
) -> SourceWithdrawn:
    """Return the event that a source is withdrawn; `source` is the one that says so, if any.

    Raises MissionLedgerError where nothing rests on it, and where it is withdrawn already: by us,
    which holds from the beginning, or by that source.
    """
    mission = _mission(store, about)
    for there in sources_in_force(store, [about.id])[about.id].changes:
        if there.kind is not Kind.SOURCE_WITHDRAWN or there.source not in (None, source):
            continue
        raise MissionLedgerError(
            f"{about.id} was already withdrawn by {short(there.event)}: {there.reason}",
            hint=f"`mission retract {short(there.event)}` makes it count again",
        )
    return SourceWithdrawn(mission=mission, source=source, about=about.id, reason=reason)


def correction(
    store: ClaimStore,
    about: Source,
    fields: Mapping[str, str],
    *,
    source: str | None,
    reason: str,
) -> SourceCorrected:
    """Return the event that fields of a source have other values.

    Raises MissionLedgerError where there are none, for another field, where they have these values
    by now, and where nothing rests on the source; AnnouncementError for an invalid value.
    """
    if not fields:
        raise MissionLedgerError(
            f"nothing is said of {about.id} that is to be corrected",
            hint=f"write --set FIELD=VALUE, where FIELD is one of {', '.join(DESCRIPTION)}",
        )
    for name in fields:
        if name not in DESCRIPTION:
            raise MissionLedgerError(
                f"a source has no field {name} to change",
                hint=did_you_mean(name, DESCRIPTION) or f"its fields are {', '.join(DESCRIPTION)}",
            )
    event = {
        "type": "source-corrected",
        "mission": _mission(store, about),
        "about": about.id,
        "reason": reason,
        **fields,
    }
    text = as_file(about, event)
    (corrected,) = read_announcement(text.encode(), "the corrected source").events
    assert isinstance(corrected, SourceCorrected)  # noqa: S101 (its type is written above)
    found = sources_in_force(store, [about.id])[about.id]
    present = found.description._asdict()
    # What another source corrected is not known before that came out: ours is known from the first.
    ours = all(each.source is None for each in found.changes)
    if ours and all(present[name] == value for name, value in corrected.corrections().items()):
        raise MissionLedgerError(f"this correction of {about.id} changes nothing")
    return corrected.model_copy(update={"source": source})


def _mission(store: ClaimStore, about: Source) -> str:
    """Return the mission that an event about a source is entered in: the first that rests on it.

    The event bears on what the source states in all missions.
    """
    if not (missions := store.missions_citing(about.id)):
        raise MissionLedgerError(f"nothing in the ledger rests on {about.id}")
    return missions[0]

"""An entry of the log. It is here, apart from the event models, so that answers do without them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from events.claim_event import Event
    from events.source import Source


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: what was recorded, at which position, when (UTC) and by whom."""

    position: int
    id: str
    recorded_at: datetime
    recorded_by: str
    announcement: str
    content: "Event | Source"
    raw: bytes

    @property
    def mission(self) -> str | None:
        """The mission the entry is about; None for a source."""
        return getattr(self.content, "mission", None)

    @property
    def source(self) -> str | None:
        """The id of the source that states the entry, or that the entry is."""
        stated: str | None = getattr(self.content, "source", None)
        return stated if self.mission else getattr(self.content, "id", None)

"""The aliases of missions, taken from events; stored in a derived table (`aliases`)."""

from events.encoding.codec import Content
from events.record_events import ClaimCorrected


def aliases_of(content: Content) -> tuple[str, ...]:
    """Return the aliases that an event, or a correction's new claim, gives its mission."""
    statement = content.claim if isinstance(content, ClaimCorrected) else content
    return tuple(vars(statement).get("aliases") or ())

"""The names missions go by: read off events, kept beside the log, and rebuilt from it."""

from events.encoding.codec import Content
from events.record_events import ClaimCorrected


def aliases_of(content: Content) -> tuple[str, ...]:
    """Return the aliases an event gives its mission, a correction's new claim included."""
    statement = content.claim if isinstance(content, ClaimCorrected) else content
    return tuple(vars(statement).get("aliases") or ())

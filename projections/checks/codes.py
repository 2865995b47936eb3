"""The stable codes of all that `check` and `add` say, each with its meaning.

A file is refused, or an append by code; an announcement that can be appended is warned about;
something in the record is found to be odd.
"""

_CONTRADICTIONS = {
    "dispute-unsettled": "sources disagree on a date or a count",
    "contradiction": "the starts, ends and attestations that sources report cannot all be true",
    "value-contradicted": "sources name different values of one field: a contributor, a nation",
    "end-before-start": "an end is before its start",
    "zero-length": "a start and an end on the same day: in the state on no day",
    "overlapping-holders": "two hold at the same time what only one can hold",
    "overlapping-periods": "two periods of one key overlap",
    "periods-out-of-order": "a later period begins before an earlier one",
    "outlives-mission": "a part of a mission is reported after the end of the mission",
    "count-outside-period": "a count is dated outside the period or the mission that it is of",
    "over-ceiling": "a count is above the ceiling in force",
    "source-says-two-dates": "one source gives two dates for one start or end",
}

_LIKENESSES = {
    "near-twin": "a mission, key, post or category looks like another",
    "same-document": "a source looks like another, and does not say that it reprints it",
    "never-began": "an end, but no event says that it began",
}

WARNINGS = {
    **_LIKENESSES,
    "displaces": "a new holder displaces one whose end no source reports",
    "no-effect": "an event changes no answer",
    **_CONTRADICTIONS,
}
"""Effects of an announcement that its author may not intend."""

FINDINGS = {
    **_LIKENESSES,
    **_CONTRADICTIONS,
    "reported-in-advance": "an event is reported, and dated surely after its source came out",
    "published-in-future": "a source came out later than the day after it was recorded",
    "source-depends-on-itself": "an event about a source, without effect: it rests on that source",
    "plan-overdue": "the time of a plan has passed, and no source says what came of it",
    "no-contributor": "no event names who contributes a contribution",
}
"""What is odd in the record; what dates rule out is refused today, and stands in older logs."""

REFUSALS = {
    "reported-in-advance": FINDINGS["reported-in-advance"],
    "published-in-future": "a source comes out later than the day after it is recorded",
    "source-depends-on-itself": "an event about a source by which that would rest on itself",
    "source-conflict": "the id of a source is that of another document",
    "lookup": "an event refers to one that is not in the ledger, or that it cannot refer to",
    "event": "an event cannot be recorded as it is: an alias as a mission, a change of nothing",
    "value": "a value, or how values go together, breaks a rule of the event type",
    "date": "a date is neither EDTF nor a known phrase",
    "date-interval": "an interval on what falls on one day",
    "date-set": "several days on what falls on one day",
    "date-range": "a date outside the years 0001 to 9999",
    "still": "still so, or an open interval, on anything but a reported start",
    "basis": "an unknown basis",
    "choice": "not one of the words that are possible",
    "nation": "an unknown nation, or a body in lower case",
    "slug": "a short name with other than lower-case letters, digits and hyphens",
    "facet": "an unknown facet",
    "quantity": "a quantity without bounds, or with bounds in the wrong order",
    "integer": "not a whole number, or one out of range",
    "boolean": "neither true nor false",
    "list": "a list that names one twice",
    "language": "not a language tag",
    "digest": "not a SHA-256 digest",
    "event-id": "not the id of an event",
    "coordinates": "not degrees north and east",
    "url": "not a web address",
    "text": "an empty text, or one with a control character",
    "too-long": "a text that is too long",
    "missing-key": "a key is missing",
    "unknown-key": "an unknown key",
    "unknown-type": "an unknown event type",
    "duplicate-event": "the same event twice in a file",
    "source-in-event": "a source within an event",
    "shape": "a list, a mapping or a text where another of these belongs",
    "private-key": "a private key in the file",
    "yaml": "not YAML",
    "empty-file": "an empty file",
    "encoding": "not UTF-8",
    "character": "a character that YAML does not allow",
    "braces": "a list in braces: lists have brackets",
    "complex-key": "a key that is not one word",
    "duplicate-key": "the same key twice",
    "merge-key": "a merge key: each event is written out",
    "alias": "an anchor or alias: each event is written out",
    "tag": "a tag: every value is text",
    "documents": "more than one document in a file",
    "tab": "a tab as indentation",
    "empty": "a key without a value",
    "too-deep": "too many levels",
    "too-many": "too many values in a file",
    "too-many-faults": "more faults than are listed",
    "too-large": "a file that is too large",
}
"""Why a file is refused, or an append."""

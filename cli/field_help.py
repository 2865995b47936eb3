"""A one-line description and an example of each field of an event or a source.

A field has the same meaning in every type that has it.
"""

MEANS: dict[str, str] = {
    # fields of every event
    "mission": "the mission's short name; the file's own `mission:` where left out",
    "on": "the date in EDTF: 2021-05, [..2024-02], 2022-38; an interval on a start gives its end"
    " as well",
    "basis": "reported (the default), decided or planned",
    "period": "which stay of a key that comes back: 1, the default, 2 …",
    "as_stated": "the source's own words for the date, a short phrase",
    "at": "where in the source: paragraph 2",
    "note": "the record-keeper's own words",
    "still": "true: still so when the source was published, which is an attestation as well",
    # fields of some events
    "name": "the full name",
    "aliases": "other short names it goes by: [nmi]",
    "organisation": "whose mission it is: a nation or body",
    "mandate": "a short name for the legal basis",
    "issuer": "who adopted it",
    "by": "who leads: a nation (DNK) or body (NATO)",
    "from": "who hands over: a nation or body",
    "to": "who takes over: a nation or body",
    "from_period": "which stay of the giver's ends: 1, the default, 2 …",
    "commander": "a short name for the person: michael-lollesgaard",
    "rank": "the person's rank",
    "nation": "a nation: DNK",
    "participant": "who takes part: a nation or body",
    "contribution": "a short name, the same every time: dnk-helicopters",
    "contributor": "who gives it: a nation or body",
    "capability": "what it can do, in the source's words",
    "quantity": "how many: 2, or {min, max, unit, approximate, stated}",
    "reserve": "how many stand by at home, written like quantity",
    "location": "where it is",
    "place": "a short name for the place",
    "other": "the other mission's short name",
    "kind": "what the relation is",
    "counted": "who or what is counted: DNK, or a mission's or contingent's short name",
    # fields of events about the record
    "reason": "why, in the record-keeper's words",
    "target": "the event's id, or 4 digits of it and more",
    "claim": "the event that takes its place, written whole",
    "facet": "the part of the state: command, contribution …",
    "key": "which one within the facet: DNK",
    "role": "start, end or reading",
    "claims": "the ids of the events to go by",
    # fields of a source
    "id": "a short name for the document: um-handover-2022-05",
    "publisher": "who published it",
    "title": "its title, as it stands",
    "language": "its language: en, da",
    "published": "when it came out: 2022-05-24, 2022-05, [2020-11..2021-05], 2022-05-24T10:00:00Z",
    "url": "its web address",
    "digest": "sha256: and 64 hex digits, of its text",
}

EXAMPLES: dict[str, str] = {
    "on": "2021-05",
    "quantity": "{min: 2, max: 2, unit: helicopters, stated: two}",
    "from": "DNK",
    "to": "ITA",
    "by": "DNK",
    "participant": "DNK",
    "contributor": "DNK",
    "contribution": "dnk-helicopters",
    "commander": "michael-lollesgaard",
    "mandate": "b-159",
    "place": "baghdad",
    "other": "operation-inherent-resolve",
    "counted": "DNK",
    "target": "86f4e85f74b6",
    "reason": "misread",
    "claims": "[86f4e85f74b6]",
    "facet": "command",
    "key": "DNK",
    "role": "start",
    "claim": "{type: command-taken-over, by: DNK, on: 2020-11}",
}
"""Example values for the required fields of the event types."""

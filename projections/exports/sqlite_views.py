"""The views of an exported SQLite file, as those who browse it read them.

`state_today` is the state at the close of the day `on` that the table `about` has; the events that
it rests on are in `period` and `reading`. A date that is NULL is an open bound.
"""

VIEWS = {
    "state_today": """
SELECT mission, facet, key, period, label, standing, disputed,
       start_edtf, start_earliest, start_latest, start_basis,
       end_edtf, end_earliest, end_latest, end_basis,
       quantity_min AS min, quantity_max AS max, quantity_approximate AS approximate,
       quantity_unit AS unit, quantity_standing, quantity_basis, quantity_beside AS beside,
       quantity_source, contributor, capability, variants, planned_fields, sources
FROM period
WHERE standing IS NOT NULL
UNION ALL
SELECT mission, facet, key, 1, label, standing, disputed,
       reading_edtf, reading_earliest, reading_latest, reading_basis,
       NULL, NULL, NULL, NULL,
       min, max, approximate, unit, standing, reading_basis, beside,
       source, NULL, NULL, NULL, NULL, source
FROM reading
WHERE (SELECT value FROM about WHERE name = 'on')
      BETWEEN coalesce(first_day, '0000') AND coalesce(last_day, '9999-99')
""",
    "periods": """
SELECT mission.name AS mission_name, period.*
FROM period JOIN mission ON mission.mission = period.mission
""",
    "claims": """
SELECT claim.event, claim.position, claim.mission, claim.facet, claim.key, claim.period,
       claim.role, claim.basis, claim.edtf, claim.earliest, claim.latest, claim.as_stated,
       claim.at, claim.value, claim.part, claim.reason, claim.undone_by,
       claim.source, source.publisher, source.title, source.published, source.url,
       entry.recorded_at, entry.recorded_by
FROM claim
JOIN entry ON entry.position = claim.position
LEFT JOIN source ON source.source = claim.source
""",
    "log": """
SELECT position, recorded_at, recorded_by, type, mission, source, id, announcement, content
FROM entry
ORDER BY position
""",
}
"""The text of each view by its name."""

CREATE = "CREATE VIEW {name} AS{text}"

"""Danish: the texts of the published site's pages that no other answer has, by their English."""

PAGE_TEXTS = {
    # every page
    "Skip to the content": "Gå til indholdet",
    "Where you are": "Hvor du er",
    "Made on {day} from a log of {size} entries with Mission Ledger {version}.": (
        "Lavet {day} ud fra en log med {size} poster med Mission Ledger {version}."
    ),
    "Its root hash:": "Loggens rodhash:",
    "Every answer rests on dated claims with their sources, and is no surer than these. What nobody"
    " has stated is not in the record.": (
        "Hvert svar hviler på daterede påstande med kilder og er ikke sikrere end dem. Hvad ingen"
        " har oplyst, er ikke i registeret."
    ),
    "position {position}": "position {position}",
    # missions, nations and changes
    "Missions": "Missioner",
    "International military missions: what each source says, what was so on any day, and how sure"
    " that is.": (
        "Internationale militære missioner: hvad hver kilde siger, hvad der gjaldt på en given dag,"
        " og hvor sikkert det er."
    ),
    "mission": "mission",
    "span": "periode",
    "last evidence": "seneste kilde",
    "There is no mission in the record yet.": "Der er endnu ingen mission i registeret.",
    "Nations and bodies": "Lande og organisationer",
    "{number} missions": "{number} missioner",
    "What changed lately": "Seneste ændringer",
    "More changes": "Flere ændringer",
    "Nothing has been recorded yet.": "Der er endnu ikke registreret noget.",
    "The same as an Atom feed": "Det samme som Atom-feed",
    "What the record has of {nation} in every mission, with how sure it is.": (
        "Hvad registeret har om {nation} i hver mission, og hvor sikkert det er."
    ),
    # the clocks
    "What was so on a day, what was known by another, and what was on record then: every answer"
    " with the sources it rests on, and how sure it is.": (
        "Hvad der gjaldt på en dag, hvad man vidste på en anden, og hvad der da var registreret:"
        " hvert svar med de kilder, det hviler på, og hvor sikkert det er."
    ),
    "The clocks of the answer": "Svarets tre tidspunkter",
    "What was so": "Hvad der gjaldt",
    "On which day?": "På hvilken dag?",
    "What was known": "Hvad man vidste",
    "From what was public by which day?": "Ud fra hvad der var offentligt senest hvilken dag?",
    "everything published": "alt offentliggjort",
    "What was on record": "Hvad der var registreret",
    "As recorded up to which announcement?": "Som registreret til og med hvilken meddelelse?",
    "the record-keeper": "registerføreren",
    "{number} earlier announcements are not offered here.": (
        "{number} tidligere meddelelser kan ikke vælges her."
    ),
    "Back to the day before on which something changes": (
        "Tilbage til den foregående dag, hvor noget ændrer sig"
    ),
    "On to the next day on which something changes": (
        "Frem til den næste dag, hvor noget ændrer sig"
    ),
    "from sources certainly public by {day}": (
        "fra kilder, der med sikkerhed var offentlige senest {day}"
    ),
    "1 source that may have been public is left out": (
        "1 kilde, der kan have været offentlig, er udeladt"
    ),
    "{number} sources that may have been public are left out": (
        "{number} kilder, der kan have været offentlige, er udeladt"
    ),
    "as recorded up to position {position}, the last on this mission": (
        "som registreret til og med position {position}, den sidste om denne mission"
    ),
    # the state
    "The state": "Status",
    "what": "hvad",
    "1 entry, {disputed} disputed": "1 oplysning, {disputed} omstridt",
    "{entries} entries, {disputed} disputed": "{entries} oplysninger, {disputed} omstridt",
    "Nothing is in the state on that day by these sources.": (
        "Ud fra disse kilder er der ikke noget at vise for den dag."
    ),
    "Day by day: what began, changed and ended": (
        "Dag for dag: hvad der begyndte, ændrede sig og sluttede"
    ),
    "Disputes on {day}": "Uenigheder {day}",
    "Plans and what came of them, by {day}": "Planer, og hvad der blev af dem, til og med {day}",
    "Sources": "Kilder",
    "There is no entry {entry} in this state.": "Der er ingen oplysning {entry} på den dag.",
    # the timeline
    "Timeline of {mission} up to {day}; the table below has the same in words, day by day.": (
        "Tidslinje for {mission} frem til {day}; tabellen nedenfor har det samme i ord, dag for"
        " dag."
    ),
    "still assumed, paler the longer nobody attested it": (
        "antages fortsat, blegere jo længere ingen har omtalt det"
    ),
    "a count: at least and at most; open where only one is stated; ~ about": (
        "et antal: mindst og højst; åbent, hvor kun det ene er oplyst; ~ ca."
    ),
    "a planned count": "et planlagt antal",
    "authorised": "godkendt",
    "on every day": "på alle dage",
    "up to {to}": "til og med {to}",
    "from {from} on": "fra {from} og frem",
    "{from} to {to}": "{from} til {to}",
    # claims
    "not certainly public by then": "ikke med sikkerhed offentlig på det tidspunkt",
    "The record had no claim on this by then.": (
        "Registeret havde ingen påstand om dette på det tidspunkt."
    ),
    "Note: {note}": "Note: {note}",
    "{part}: {reason}": "{part}: {reason}",
    "{reason} (position {position})": "{reason} (position {position})",
    "Recorded {at} UTC, position {position}, event": (
        "Registreret {at} UTC, position {position}, hændelse"
    ),
    "Recorded {at} UTC by {by}, position {position}, event": (
        "Registreret {at} UTC af {by}, position {position}, hændelse"
    ),
    # days
    "day by day": "dag for dag",
    "The days on which the state differs from that of the day before, from all sources, as recorded"
    " up to position {position}.": (
        "De dage, hvor status er en anden end dagen før, fra alle kilder, som registreret til og"
        " med position {position}."
    ),
    "new:": "nyt:",
    "no longer:": "ikke længere:",
    "before:": "før:",
    "changed:": "ændret:",
    "Nothing changed on any day.": "Intet ændrede sig på nogen dag.",
    # the record
    "History of the record": "Registerets historie",
    "All {number} announcements": "Alle {number} meddelelser",
    "Every entry of the log on this mission, by announcement, the latest first, up to position"
    " {position}.": (
        "Alle loggens poster om denne mission, efter meddelelse, de seneste først, til og med"
        " position {position}."
    ),
    "up to position {position}, {events} entries": (
        "til og med position {position}, {events} poster"
    ),
    "by {name}": "af {name}",
    "Verifying the record": "Kontrol af registeret",
    "The log of {size} entries has the root hash": "Loggen med {size} poster har rodhashen",
    "Whoever has the log computes it anew with": "Den, der har loggen, beregner den igen med",
    "The last signed checkpoint, of {origin}, is for {size} entries:": (
        "Det seneste underskrevne kontrolpunkt, fra {origin}, gælder {size} poster:"
    ),
    "The checkpoint": "Kontrolpunktet",
    # citing
    "Cite and download": "Citér og hent",
    "As text": "Som tekst",
    "Copy": "Kopiér",
    "Copied": "Kopieret",
    "Selected: copy it with Ctrl+C": "Markeret: kopiér med Ctrl+C",
    "This view:": "Denne visning:",
    "The state on {day}:": "Status {day}:",
    "in a log of {size} entries with root hash {root}": (
        "i en log med {size} poster med rodhashen {root}"
    ),
    "read on {day}": "læst {day}",
    # sources
    "publisher": "udgiver",
    "published": "offentliggjort",
    "language": "sprog",
    "retrieved": "hentet",
    "reprints": "genoptryk af",
    "note": "note",
    "address": "adresse",
    "snapshot": "arkiveret kopi",
    "digest of its text": "kontrolsum af teksten",
    "The record does not describe this source.": "Registeret beskriver ikke denne kilde.",
    "Corrections of its description": "Rettelser af beskrivelsen",
    "What it states": "Hvad den oplyser",
    "The record has no event that it states.": "Registeret har ingen hændelse fra denne kilde.",
    # what is wrong with an address or a date
    "“{given}” is no date: {clock} takes a day such as 2021-06-15.": (
        "”{given}” er ikke en dato: {clock} tager en dag som 2021-06-15."
    ),
    "{given} is later than {today}, the day on which this page was made.": (
        "{given} er senere end {today}, den dag denne side blev lavet."
    ),
    "This page has no state as recorded up to position {given}; it shows the latest, {latest}.": (
        "Siden har ingen status som registreret til og med position {given}; den viser den"
        " seneste, {latest}."
    ),
    "{file} could not be loaded; what is shown has not changed.": (
        "{file} kunne ikke indlæses; det viste er uændret."
    ),
}

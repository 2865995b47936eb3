"""Danish: the texts of the published site's pages, by their English.

A claim is an `udsagn`, an entry of the log a `post`, an entry of a state a `række`. What is counted
stands last where its noun would have to agree with the number.
"""

TEXTS = {
    # the frame of every page
    "Skip to the content": "Gå til indholdet",
    "Where you are": "Her er du",
    "Made on {day} from a log of {size} entries with Mission Ledger {version}.": (
        "Dannet {day} ud fra en log med {size} poster med Mission Ledger {version}."
    ),
    "Its root hash:": "Loggens rodhash:",
    "Every answer rests on dated claims with their sources, and is no surer than these. What nobody"
    " has stated is not in the record.": (
        "Hvert svar hviler på daterede udsagn med kilder og er ikke sikrere end dem. Det, som ingen"
        " har oplyst, står ikke i registeret."
    ),
    # the index
    "Missions": "Missioner",
    "International military missions: what each source says, what was so on any day, and how sure"
    " that is.": (
        "Internationale militære missioner: hvad hver kilde siger, hvad der gjaldt på en given dag,"
        " og hvor sikkert det er."
    ),
    "mission": "mission",
    "span": "tidsrum",
    "last evidence": "nyeste kilde",
    "There is no mission in the record yet.": "Der er endnu ingen mission i registeret.",
    "Nations and bodies": "Lande og organisationer",
    "{number} missions": "{number} missioner",
    "What changed lately": "Nyeste ændringer",
    "More changes": "Flere ændringer",
    "Nothing has been recorded yet.": "Intet er registreret endnu.",
    "The same as an Atom feed": "Det samme som Atom-feed, på engelsk",
    "position {position}": "position {position}",
    # day by day
    "day by day": "dag for dag",
    "The days on which the state differs from that of the day before, from all sources, as recorded"
    " up to position {position}.": (
        "De dage, hvor tilstanden er en anden end dagen før, fra alle kilder, som registreret til"
        " og med position {position}."
    ),
    "new:": "ny:",
    "no longer:": "ikke længere:",
    "before:": "før:",
    "changed:": "ændret:",
    "Nothing changed on any day.": "Intet ændrede sig på nogen dag.",
    # the clocks of a mission's page
    "What was so on a day, what was known by another, and what was on record then: every answer"
    " with the sources it rests on, and how sure it is.": (
        "Hvad der gjaldt på en dag, hvad der var kendt på en anden, og hvad der da var registreret:"
        " hvert svar med de kilder, det hviler på, og hvor sikkert det er."
    ),
    "The clocks of the answer": "Svarets tidspunkter",
    "What was so": "Hvad der gjaldt",
    "On which day?": "På hvilken dag?",
    "What was known": "Hvad der var kendt",
    "From what was public by which day?": "Ud fra det, der var offentligt senest hvilken dag?",
    "everything published": "alt offentliggjort",
    "What was on record": "Hvad der var registreret",
    "As recorded up to which announcement?": "Som registreret til og med hvilken meddelelse?",
    "the record-keeper": "registerføreren",
    "{number} earlier announcements are not offered here.": (
        "Tidligere meddelelser, som ikke kan vælges her: {number}."
    ),
    "Back to the day before on which something changes": (
        "Tilbage til den forrige dag, hvor noget ændrer sig"
    ),
    "On to the next day on which something changes": (
        "Frem til den næste dag, hvor noget ændrer sig"
    ),
    # the state
    "The state": "Tilstanden",
    "Timeline of {mission} up to {day}; the table below has the same in words, day by day.": (
        "Tidslinje for {mission} til og med {day}; tabellen nedenfor siger det samme med ord, dag"
        " for dag."
    ),
    "Nothing is in the state on that day by these sources.": (
        "Ifølge disse kilder er der intet i tilstanden den dag."
    ),
    "Day by day: what began, changed and ended": (
        "Dag for dag: hvad der begyndte, ændrede sig og sluttede"
    ),
    "what": "hvad",
    "still assumed, paler the longer nobody attested it": (
        "antages fortsat, blegere jo længere ingen har omtalt det"
    ),
    "a count: at least and at most; open where only one is stated; ~ about": (
        "et antal: mindst og højst; åbent, hvor kun det ene er oplyst; ~ ca."
    ),
    "a planned count": "et planlagt antal",
    "authorised": "godkendt",
    # below the state
    "Disputes on {day}": "Uenigheder pr. {day}",
    "Plans and what came of them, by {day}": "Planer, og hvad der var blevet af dem pr. {day}",
    "Sources": "Kilder",
    "History of the record": "Registerets historie",
    "All {number} announcements": "Alle {number} meddelelser",
    "Every entry of the log on this mission, by announcement, the latest first, up to position"
    " {position}.": (
        "Hver post i loggen om denne mission, efter meddelelse, den nyeste først, til og med"
        " position {position}."
    ),
    "up to position {position}, {events} entries": (
        "til og med position {position}, antal poster: {events}"
    ),
    "by {name}": "registreret af {name}",
    "Verifying the record": "Kontrol af registeret",
    "The checkpoint": "Kontrolpunktet",
    "Cite and download": "Citér og hent",
    "As text": "Som tekst",
    "Copy": "Kopiér",
    "This view:": "Denne visning:",
    "The state on {day}:": "Tilstanden pr. {day}:",
    "in a log of {size} entries with root hash {root}": (
        "i en log med {size} poster og rodhashen {root}"
    ),
    "read on {day}": "læst {day}",
    # the timeline for readers without scripts
    "any time": "når som helst",
    "{standing}: {first} to {last}": "{standing}: {first} til {last}",
    "ended by {day}": "sluttet senest {day}",
    "only planned, up to {day}": "kun planlagt, til og med {day}",
    "sources disagree on some of these days": "kilderne er uenige om nogle af disse dage",
    "periods up to the close of {day}": "perioder til udgangen af {day}",
    "Nothing is in the state on any day up to then.": (
        "Der er intet i tilstanden på nogen dag indtil da."
    ),
    # nations and sources
    "What the record has of {nation} in every mission, with how sure it is.": (
        "Hvad registeret har om {nation} i hver mission, og hvor sikkert det er."
    ),
    "publisher": "udgiver",
    "published": "offentliggjort",
    "language": "sprog",
    "retrieved": "hentet",
    "reprints": "gengiver",
    "note": "note",
    "address": "webadresse",
    "snapshot": "arkiveret kopi",
    "digest of its text": "kontrolsum af teksten",
    "The record does not describe this source.": "Registeret beskriver ikke denne kilde.",
    "Corrections of its description": "Rettelser af beskrivelsen",
    "What it states": "Hvad kilden oplyser",
    "The record has no event that it states.": "Registeret har ingen hændelse fra denne kilde.",
    # what the scripts say
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
    "1 entry, {disputed} disputed": "1 række, heraf omstridt: {disputed}",
    "{entries} entries, {disputed} disputed": "{entries} rækker, heraf omstridt: {disputed}",
    "on every day": "på alle dage",
    "up to {to}": "til og med {to}",
    "from {from} on": "fra {from} og frem",
    "{from} to {to}": "{from} til {to}",
    "not certainly public by then": "ikke med sikkerhed offentlig da",
    "The record had no claim on this by then.": "Registeret havde da intet udsagn herom.",
    "Note: {note}": "Note: {note}",
    "{part}: {reason}": "{part}: {reason}",
    "{reason} (position {position})": "{reason} (position {position})",
    "Recorded {at} UTC, position {position}, event": (
        "Registreret {at} UTC, position {position}, hændelse"
    ),
    "Recorded {at} UTC by {by}, position {position}, event": (
        "Registreret {at} UTC af {by}, position {position}, hændelse"
    ),
    "Copied": "Kopieret",
    "Selected: copy it with Ctrl+C": "Markeret: kopiér med Ctrl+C",
    "“{given}” is no clock: write {clock}.": "“{given}” kendes ikke her: skriv {clock}.",
    "“{given}” is no date: {clock} takes a day such as 2021-06-15.": (
        "”{given}” er ikke en dato: {clock} skal være en dag som 2021-06-15."
    ),
    "{given} is later than {today}, the day on which this page was made.": (
        "{given} er senere end {today}, den dag siden blev dannet."
    ),
    "{given} is later than {last}, the last day on which anything changes.": (
        "{given} er senere end {last}, den sidste dag hvor noget ændrer sig."
    ),
    "This page has no state as recorded up to position {given}; it shows the latest, {latest}.": (
        "Denne side har ingen tilstand som registreret til og med position {given}; den viser den"
        " nyeste, {latest}."
    ),
    "There is no entry {entry} in this state.": "Rækken {entry} er ikke i denne tilstand.",
    "{file} could not be loaded; what is shown has not changed.": (
        "{file} kunne ikke hentes; det viste er ikke ændret."
    ),
    # verifying
    "Command": "Kommando",
    "Signed as {origin}, for a log of {size} entries:": (
        "Underskrevet som {origin}, for en log på {size} poster:"
    ),
    "The last checkpoint": "Det seneste kontrolpunkt",
    "The last checkpoint, and how to verify it": (
        "Det seneste kontrolpunkt, og hvordan det efterprøves"
    ),
    (
        "The log is only ever added to. Its root hash changes with every entry, and shows"
        " any that was altered, dropped or put in between (RFC 6962)."
    ): (
        "Til loggen bliver der kun føjet. Dens rodhash ændrer sig med hver post, og viser"
        " hvis en er ændret, fjernet eller skudt ind (RFC 6962)."
    ),
    (
        "This site was made without a signed checkpoint. Whoever writes down the number"
        " of entries and the root hash above can compare them later:"
    ): (
        "Siderne er dannet uden et underskrevet kontrolpunkt. Den der skriver antallet af"
        " poster og rodhashen ovenfor ned, kan sammenligne dem senere:"
    ),
    "This state rests on the first {size} entries of the log. Their root hash is": (
        "Tilstanden hviler på loggens første {size} poster. Deres rodhash er"
    ),
    "This works out every entry, the root and the answers anew from the stored bytes:": (
        "Dette regner hver post, roden og svarene ud på ny fra de gemte bytes:"
    ),
    (
        "Whoever kept this file can tell later whether the log still begins with the same"
        " entries. The public key comes from its keeper, not from this site:"
    ): (
        "Den der har gemt filen, kan senere se om loggen stadig begynder med de samme"
        " poster. Den offentlige nøgle fås hos den der fører loggen, ikke her:"
    ),
    "With the ledger": "Med registeret",
    "entries": "poster",
    "root hash": "rodhash",
}

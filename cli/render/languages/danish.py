"""Danish: the texts, by their English. Words of lists are in `danish_terms`.

The names in braces are those of the English text. `Senest` is for a latest day alone, so that what
is last in a row is `sidst`. Nothing sounds surer than in English: a source mentions (`omtaler`)
what it attests, and does not confirm it.
"""

from cli.render.languages import danish_changes, danish_pages

TEXTS = {
    **danish_changes.TEXTS,
    **danish_pages.TEXTS,
    # dates
    "at any time": "på et hvilket som helst tidspunkt",
    "by {day}": "senest {day}",
    "{day} or later": "{day} eller senere",
    "{first} to {last}": "{first} til {last}",
    "uncertain": "usikkert",
    "approximate": "omtrentligt",
    "on any day": "på en hvilken som helst dag",
    "until {day}": "til og med {day}",
    "from {day} on": "fra {day} og frem",
    # when something was so
    "from": "fra",
    "until": "til",
    "since": "siden",
    "on {date}": "dato {date}",
    "as of {date}": "pr. {date}",
    "start not stated": "start ikke oplyst",
    "last attested {days}": "sidst omtalt {days}",
    ", period {number}": ", periode {number}",
    "period {number}": "periode {number}",
    "on {date}, planned if after its source": "dato {date}, planlagt hvis efter kilden",
    # quantities
    "at most {number}": "højst {number}",
    "at least {number}": "mindst {number}",
    "about {number}": "ca. {number}",
    "{low} to {high}": "{low} til {high}",
    "“{words}”": "”{words}”",
    "{quote}, in {language}": "{quote}, på {language}",
    "{quantity}, until {date}": "{quantity}, indtil {date}",
    "or {answer}": "eller {answer}",
    "or {quantity}, as {source} says": "eller {quantity}, ifølge {source}",
    "last reported: {reading}": "sidst rapporteret: {reading}",
    "before: {reading}": "før: {reading}",
    "authorised: {quantity}": "godkendt: {quantity}",
    # rows
    "disputed": "omstridt",
    "all {number}": "alle {number}",
    "{number} more": "{number} til",
    "and {number} more": "og {number} til",
    ": `--during ..` shows them": ": `--during ..` viser dem",
    "on its end: {facts}": "om afslutningen: {facts}",
    "{field} also given as {others}": "{field} også angivet som {others}",
    "{first} and {last}": "{first} og {last}",
    # headlines
    " and {number} more": " og {number} til",
    "{who} jointly with {others}": "{who} sammen med {others}",
    "{who}, since when is not stated": "{who}, siden hvornår er ikke oplyst",
    ", to end {date}": ", skulle slutte {date}",
    ", each to end before": ", skulle hver især være afsluttet forinden",
    "in all": "i alt",
    "{quantity} or otherwise": "{quantity} eller et andet antal",
    "by {who}": "fra {who}",
    "by {number} contributors": "fra {number} bidragydere",
    "by whom is not stated": "fra hvem er ikke oplyst",
    "by whom is not sure": "fra hvem er usikkert",
    "{by_whom} and by whom is not sure": "{by_whom}, for en del usikkert fra hvem",
    " or {value}": " eller {value}",
    # disputes
    "DISPUTES": "UENIGHEDER",
    "SETTLED BY PREFERENCE": "AFGJORT VED FORETRUKKEN LÆSNING",
    "no source": "ingen kilde",
    "{source} says {date}": "{source} angiver {date}",
    "{sources} say {date}": "{sources} angiver {date}",
    "{counted}; passed over: {others}. {reason}": "{counted}; fravalgt: {others}. {reason}",
    "sources give quantities of one date that exclude each other": (
        "kilder angiver antal for samme dato, som udelukker hinanden"
    ),
    "what sources attest or plan does not fit what they report of its start or end": (
        "det, som kilder omtaler eller planlægger, passer ikke med det, de rapporterer om start"
        " eller slut"
    ),
    "what sources report of it and of another holder cannot both be so": (
        "det, som kilder rapporterer herom og om en anden indehaver, kan ikke begge dele passe"
    ),
    # sources
    "SOURCES": "KILDER",
    "{publisher}, {title}, published {date}, in {language}": (
        "{publisher}, {title}, offentliggjort {date}, på {language}"
    ),
    ", which the record does not describe": ", som registeret ikke beskriver",
    "withdrawn": "trukket tilbage",
    "corrected": "rettet",
    "{changed} by {source}": "{changed} af {source}",
    "{changed} at position {position}: {reason}": "{changed} ved position {position}: {reason}",
    # log entries
    "source {source}: {what}": "kilde {source}: {what}",
    "retracts {event}: {reason}": "trækker {event} tilbage: {reason}",
    "corrects {event} to {claim}: {reason}": "retter {event} til {claim}: {reason}",
    "prefers {events} for the {role} of {facet} {key}: {reason}": (
        "foretrækker {events} for {facet} {key}, {role}: {reason}"
    ),
    "withdraws source {source}: {reason}": "trækker kilden {source} tilbage: {reason}",
    "corrects source {source} to {fields}: {reason}": (
        "retter kilden {source} til {fields}: {reason}"
    ),
    # claims
    "because: {reason}": "fordi: {reason}",
    "note: {note}": "note: {note}",
    "event {event}, position {position}": "hændelse {event}, position {position}",
    "event": "hændelse",
    "events": "hændelser",
    # plans
    "{facet} {part}": "{facet}, {part}",
    "revised once": "ændret én gang",
    "revised {n} times": "ændret {n} gange",
    # the clocks
    "as of the close of {day}": "ved udgangen af {day}",
    "from all sources, whenever published": "fra alle kilder, uanset hvornår de er offentliggjort",
    "from sources certainly public by {date}": (
        "fra kilder, der med sikkerhed var offentlige senest {date}"
    ),
    "source that may have been public is left out": (
        "kilde, der kan have været offentlig, er udeladt"
    ),
    "sources that may have been public are left out": (
        "kilder, der kan have været offentlige, er udeladt"
    ),
    "as recorded to the end of the log, position {position}": (
        "som registreret til slutningen af loggen, position {position}"
    ),
    "as recorded up to position {position}": "som registreret til og med position {position}",
    " (the last by {moment})": " (den sidste senest {moment})",
}

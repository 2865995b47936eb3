"""Danish: the texts of the account of changes, by their English.

What an answer was before is told as `tidligere`, since `før` with a date would be a window.
"""

TEXTS = {
    # an announcement
    "Position {numbers}": "Position {numbers}",
    "Positions {numbers}": "Positioner {numbers}",
    "recorded": "registreret",
    "{moment} by {name}": "{moment} af {name}",
    "source": "kilde",
    "{publisher}, {title}, published {date} ({id})": (
        "{publisher}, {title}, offentliggjort {date} ({id})"
    ),
    "other entries of this announcement are outside these positions": (
        "andre poster i denne meddelelse ligger uden for disse positioner"
    ),
    "{did}, position {position}: {entry}": "{did}, position {position}: {entry}",
    "event rests on it": "hændelse hviler på den",
    "events rest on it": "hændelser hviler på den",
    "answer": "svar",
    "no change in the state of the day, nor in the periods that it bears on; counts of other days"
    " are not compared": (
        "ingen ændring i dagens tilstand eller i de perioder, den vedrører; antal for andre dage"
        " er ikke sammenlignet"
    ),
    # how an answer changed
    "new in the state": "ny i tilstanden",
    "new answer": "nyt svar",
    "not in the state of the day": "ikke i dagens tilstand",
    "changed in {fields}": "ændret i {fields}",
    "no longer an answer: {answer}": "ikke længere et svar: {answer}",
    "no longer in the state, where it was {standing}": (
        "ikke længere i tilstanden (tidligere: {standing})"
    ),
    "no claim on it counts any more": "intet udsagn herom tæller længere med",
    "ended {dates}": "sluttede {dates}",
    "the mission ended {days}": "missionen sluttede {days}",
    "another took over {days}": "en anden overtog {days}",
    "no longer certain: {standing}": "ikke længere sikker: {standing}",
    "{now} (was {was})": "{now} (tidligere: {was})",
    "now disputed": "nu omstridt",
    "no longer disputed": "ikke længere omstridt",
    "called {label}": "kaldes {label}",
    "{side} {date}": "{side} {date}",
    "no {side} stated any more (was {was})": "{side} ikke længere oplyst (tidligere: {was})",
    "no longer attested": "ikke længere omtalt",
    "no longer stated": "ikke længere oplyst",
    "no longer: {line}": "ikke længere: {line}",
    "beside it {quantity}, {date}": "desuden {quantity}, {date}",
    "neither start nor end stated": "hverken start eller slut oplyst",
}

r"""Make untrusted text safe to display: escape what would hide, move or restyle other text.

    printable("handed\u202eover")     handed\u202eover, as sixteen printed characters

Control characters, bidirectional marks, zero-width and other invisible format characters, line
and paragraph separators, lone surrogates and the noncharacters that XML cannot hold become
escapes, and what looks like a private key is redacted (`events.redaction`). For terminals, pages,
messages and exports only; hashed or stored text is never changed.
"""

import unicodedata

from events.redaction import without_private_keys

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Return the text with every invisible character written as `\uXXXX`.

    This includes line feeds: the result is always a single line.
    """
    text = without_private_keys(text)
    if text.isprintable():
        return text
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    number = ord(character)
    is_no_character = number & 0xFFFE == 0xFFFE  # XML has no way to write it
    if unicodedata.category(character) not in _HIDDEN and not is_no_character:
        return character
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"

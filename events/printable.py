r"""Text from outside, made safe to show: what would hide, move or repaint the rest is spelt out.

    visible("handed\u202eover")     handed\u202eover, as fourteen printed characters

Control characters, bidirectional marks, zero-width and other invisible format characters, line
and paragraph separators and lone surrogates become escapes, and what looks like a private key is
left out (`events.redaction`). Nothing that is hashed or stored goes through here: this is for
terminals, pages and messages.
"""

import unicodedata

from events.redaction import without_private_keys

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Return the text with every character that cannot be seen written as `\uXXXX`.

    A line feed is one of them: the result is always a single line.
    """
    text = without_private_keys(text)
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"

"""Keys in text from outside: what looks like one is recognised, and not shown.

    PRIVATE+KEY+example.org/nmi+bfcca8ba+AQABAgMEBQYH…    a signing key (C2SP), whole or cut short
    -----BEGIN PRIVATE KEY-----                           a private key in PEM, of any kind
    example.org/nmi+bfcca8ba+AQOhB7/zzhC+HXDdGOdLwJ…      a public key, where the id fits the rest

A line like the third whose id does not fit is a part of a private key, for all one can tell. So
is a long word of base64 that stands alone: the key without its name.
"""

import re

PRIVATE = "[a private key, not shown]"
"""What stands in the place of what looks like a private key, or part of one."""
KEY = "[a key, not shown]"
"""What stands in the place of what may be any key."""

_SIGNING = re.compile(r"private\+key\S*", re.IGNORECASE)
_PEM = re.compile(
    r"-----\s*(begin|end)\b[a-z0-9\s]*private\s+key|private\s+key\s*-----", re.IGNORECASE
)
_AFTER_NAME = re.compile(r"\+([0-9a-f]{8})\+([a-z0-9+/=]{8,})", re.IGNORECASE)
_LONGEST_NAME = 300
_WORD = re.compile(r"(?<![\w+/=.:~%-])[A-Za-z0-9+/]{43,}={0,2}(?![\w+/=])")
_BETWEEN_SLASHES = re.compile(r"(?<![A-Za-z0-9+=])[A-Za-z0-9+]{43,}={0,2}(?![A-Za-z0-9+=])")
_HEX = re.compile(r"[0-9a-fA-F]+")


def holds_private_key(text: str) -> bool:
    """Whether there is a private key in a text, by what such keys say of themselves."""
    return bool(_SIGNING.search(text) or _PEM.search(text))


def may_be_key(text: str) -> bool:
    """Whether a text has a private key in it, or is one, or a part of one, without its name.

    A whole public key is no secret. A path that is written like base64 is for the caller to tell.
    """
    return (
        holds_private_key(text)
        or any(not _is_public(text, found) for found in _AFTER_NAME.finditer(text))
        or any(is_bare_key(line) for line in text.splitlines())
    )


def is_bare_key(text: str) -> bool:
    """Whether a text is one long word of base64 and nothing else."""
    word = text.strip()
    return bool(_WORD.fullmatch(word)) and _is_mixed(word)


def without_private_keys(text: str) -> str:
    """Return a text fit to be shown: PRIVATE stands for what looks like a private key."""
    if "+" not in text and "-----" not in text:
        return text
    if _PEM.search(text):
        return PRIVATE  # where it begins and ends is not to be guessed
    text = _SIGNING.sub(PRIVATE, text)
    return _AFTER_NAME.sub(lambda found: found[0] if _is_public(text, found) else PRIVATE, text)


def without_keys(text: str) -> str:
    """Return a message fit to be shown: also public keys and long words of base64 are left out.

    Nobody who is told of a mistake needs to read them, and what is one is not always plain.
    """
    text = _AFTER_NAME.sub(KEY, without_private_keys(text))
    for word in (_WORD, _BETWEEN_SLASHES):
        text = word.sub(lambda found: KEY if _is_mixed(found[0]) else found[0], text)
    return text


def _is_mixed(word: str) -> bool:
    """Whether a word is as random bytes in base64 look, and neither hex nor a path."""
    kinds = (str.isupper, str.islower, lambda each: not each.isalpha())
    return (
        all(any(map(kind, word)) for kind in kinds)
        and not _HEX.fullmatch(word)
        and not word.startswith("/")
    )


def _is_public(text: str, found: re.Match[str]) -> bool:
    """Whether a whole public key ends so: its id is the hash of its name and the key."""
    import base64  # noqa: PLC0415 (start-up: every command looks for keys, and few find any)
    import hashlib  # noqa: PLC0415

    before = text[max(found.start() - _LONGEST_NAME, 0) : found.start()]
    name = re.split(r"[\s+='\"(\[]", before)[-1]
    number, encoded = found.groups()
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    named = name.encode(errors="surrogateescape")
    return hashlib.sha256(named + b"\n" + key).hexdigest()[:8] == number

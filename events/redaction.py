"""Detect and redact keys and passwords in untrusted text.

    PRIVATE+KEY+example.org/nmi+bfcca8ba+AQABAgMEBQYH…    a signing key (C2SP), whole or cut short
    -----BEGIN PRIVATE KEY-----                           a private key in PEM, of any kind
    example.org/nmi+bfcca8ba+AQOhB7/zzhC+HXDdGOdLwJ…      a public key, if the id matches the rest
    postgresql://anna:secret@host/database                a password in a URL: anna:***@host

A line like the third whose id does not match may be part of a private key. So may a long word of
base64, in either alphabet: a key without its name. It is distinguished from a path or a name by
how often the class of its characters changes: random bytes seldom look like words.
"""

import re
from collections.abc import Iterator

PRIVATE = "[a private key, not shown]"
"""The replacement for what looks like a private key or part of one."""
KEY = "[a key, not shown]"
"""The replacement for what may be any key."""

_DATE = "(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_SIGNING = re.compile(
    r"private(?:\+|%2b)key\S*"
    rf"|private\s+key\s+\S+\s+(?!{_DATE})[0-9a-f]{{8}}\s+[a-z0-9+/=]{{8,}}",
    re.IGNORECASE,
)
_PEM = re.compile(
    r"-----\s*(begin|end)\b[a-z0-9\s]*private\s+key|private\s+key\s*-----", re.IGNORECASE
)
_AFTER_NAME = re.compile(rf"\+(?!{_DATE})([0-9a-f]{{8}})\+([a-z0-9+/=]{{8,}})", re.IGNORECASE)
_AFTER_ID = re.compile(rf"(?<![A-Za-z0-9+])(?!{_DATE})[0-9a-f]{{8}}\+A[Q-Za-f][A-Za-z0-9+/=]{{6,}}")
"""A key id and a key without a name. The type byte of an Ed25519 key is 1; a date is no id."""
_LONGEST_NAME = 300

_SHORTEST = 43
"""The length of 32 bytes in base64 without padding."""
_WORD = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST},}}={{0,2}}")
_DIGEST = re.compile(r"(?<![A-Za-z0-9])[0-9a-f]{32,}(?![A-Za-z0-9])")
_CHANGE = re.compile(r"(?<=[a-z0-9+])[A-Z](?![a-z]{2})|(?<=[A-Za-z])[0-9+]|(?<=[0-9+])[a-z]")
"""A change of character class, except the start of a capitalised word."""
_NO_WORDS = re.compile(r"[A-Z]{2}|[0-9+]")
"""What CamelCase words do not contain."""
_CHANGES, _OF_EACH_CASE = 5, 4
"""The minimum number of changes, and of letters of each case, in 43 random characters.

One key in 30,000 has fewer (in the alphabet with - and _, one in 10,000); of equally long names
and paths on a disk, one in 3,000 has as many.
"""

_WITH_USER = re.compile(r"(?::/+|(?<!/)//+)[^\s/:@]*?(?::|%3a)", re.IGNORECASE)
"""What precedes the password in a URL, even if a `:` or `/` is missing."""
_USER = re.compile(r":(?!/)|%3a", re.IGNORECASE)
"""What follows the user name, if the text before it is not recognised."""
_PORT = re.compile(r"[0-9]{1,5}(?![^\s/])")
_PASSWORD_NAMED = re.compile(r"(pass(?:word|wd|file)=)[^\s&]+", re.IGNORECASE)


def holds_private_key(text: str) -> bool:
    """Whether a text contains a private key, judged by the labels of such keys."""
    return bool(_SIGNING.search(text) or _PEM.search(text))


def looks_like_key(text: str) -> bool:
    """Whether a text may contain a private key or part of one, even without its name.

    A whole public key is not secret. The caller must exclude paths that look like base64.
    """
    forms = (text, _unescaped(text)) if "%" in text else (text,)
    return any(
        holds_private_key(each)
        or _AFTER_ID.search(each)
        or any(not _is_public(each, found) for found in _AFTER_NAME.finditer(each))
        or any(map(is_bare_key, _words(each)))
        for each in forms
    )


def is_bare_key(text: str) -> bool:
    """Whether a text is a single long word of base64."""
    word = text.strip()
    return bool(_WORD.fullmatch(word)) and _is_random(word)


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, and the part after `name=` or `name:` in each."""
    for word in text.split():
        yield word
        for piece in re.split("=|:(?!/)", word.strip("()[]<>{}'\",;.~")):
            yield piece
            if not re.fullmatch(r"[\w.-]*", piece):
                break  # not a name, for example a URL


def without_private_keys(text: str) -> str:
    """Return a text with PRIVATE in place of what looks like a private key."""
    if not any(each in text for each in ("+", "-----", "%", " ")):
        return text
    if _PEM.search(text):
        return PRIVATE  # its extent is unknown, so nothing is shown
    text = _AFTER_ID.sub(PRIVATE, _SIGNING.sub(PRIVATE, text))
    return _AFTER_NAME.sub(lambda found: found[0] if _is_public(text, found) else PRIVATE, text)


def without_keys(text: str) -> str:
    """Return a message without private keys, public keys, long base64 words or URL passwords.

    No reader of an error message needs them, and whether one is secret cannot always be decided.
    """
    if ":" in text or "/" in text or "=" in text:
        lines = map(_without_passwords, text.split("\n"))
        text = _PASSWORD_NAMED.sub(r"\1***", "\n".join(lines))
    if "%" in text:
        text = re.sub(r"\S+", lambda found: KEY if _is_escaped_key(found[0]) else found[0], text)
    text = _AFTER_NAME.sub(KEY, without_private_keys(text))
    return _WORD.sub(lambda found: KEY if _is_random(found[0]) else found[0], text)


def _without_passwords(line: str) -> str:
    """Replace the passwords of URLs with ***: everything up to the last @ of the word.

    If the word has no @, the password contains a space, or what looks like one is a port.
    """
    shown, at, last = "", 0, line.rfind("@")
    for word in re.finditer(r"\S+", line):
        if word.end() > last and "@" not in word[0]:
            break
        in_url = _WITH_USER.search(line, word.start(), word.end())
        user = in_url or _USER.search(line, word.start(), word.end())
        if user is None or word.start() < at:
            continue
        end = line.rfind("@", user.end(), word.end())
        if end < 0 and in_url and not _PORT.match(line, user.end()):
            end = line.find("@", word.end())
        if end >= 0:
            shown += f"{line[at : user.end()]}***"
            at = end
    return shown + line[at:]


def _unescaped(text: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 (start-up time: every command checks for keys)

    return unquote(text)


def _is_escaped_key(word: str) -> bool:
    return "%" in word and looks_like_key(word)


def _is_random(word: str) -> bool:
    """Whether any 43 characters of a word look like random bytes in base64."""
    if re.search("[+/]", word) and re.search("[-_]", word):  # no base64 alphabet has both
        parts = (part for signs in ("[-_]", "[+/]") for part in re.split(signs, word))
        return any(len(part) >= _SHORTEST and _is_random(part) for part in parts)
    word = _DIGEST.sub("", word)
    if sum(map(str.isupper, word)) < _OF_EACH_CASE:
        return False
    changes = [found.start() for found in _CHANGE.finditer(word)]
    for first, last in zip(changes, changes[_CHANGES - 1 :], strict=False):
        if last - first < _SHORTEST - 1:
            begin = max(0, min(first - 1, len(word) - _SHORTEST))
            part = word[begin : begin + _SHORTEST]
            capitals, others = sum(map(str.isupper, part)), sum(map(str.islower, part))
            if min(capitals, others) >= _OF_EACH_CASE and _NO_WORDS.search(part):
                return True
    return False


def _is_public(text: str, found: re.Match[str]) -> bool:
    """Whether the match ends a whole public key: its id is the hash of its name and the key."""
    import base64  # noqa: PLC0415 (start-up time: every command checks, few find a key)
    import hashlib  # noqa: PLC0415

    before = text[max(found.start() - _LONGEST_NAME, 0) : found.start()]
    name = re.split(r"[\s+='\"(\[]", before)[-1]
    key_id, encoded = found.groups()
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    name_bytes = name.encode(errors="surrogateescape")
    return hashlib.sha256(name_bytes + b"\n" + key).hexdigest()[:8] == key_id

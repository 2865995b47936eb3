"""Data files of the site: JSON in a script, so that a page read from a disk can load it.

    ledgerData("state:nato-mission-iraq:164",{"position":164,…});

Strings in the data are shown as text, never as markup; what hides or moves other text has been
escaped before (`events.printable`), and what would end a script element is escaped here.
"""

import orjson

_ESCAPES = ((b"<", b"\\u003c"), (b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))


def data_script(name: str, data: object) -> bytes:
    """Return a script that hands over data under a name. Raises TypeError for what is no JSON."""
    call = b"ledgerData(%s,%s);\n" % (orjson.dumps(name), orjson.dumps(data))
    for plain, escaped in _ESCAPES:
        call = call.replace(plain, escaped)
    return call


def script_data(script: bytes) -> object:
    """Return the data in a script that `data_script` wrote. Raises ValueError for another."""
    _, _, data = script.partition(b'",')
    return orjson.loads(data.removesuffix(b");\n"))

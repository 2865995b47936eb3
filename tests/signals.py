"""Signals as a process has them that somebody starts at a prompt.

What a shell starts in the background, or `nohup` starts, ignores some signals, and hands that on to
whatever it starts itself. A test that sends such a signal starts its process like this:

    with signals_handed_on():
        process = subprocess.Popen(command)
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def signals_handed_on() -> Iterator[None]:
    """Let what is started meanwhile ignore no signal, though we go on to heed none ourselves."""
    ignored = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
        if signal.getsignal(number) is signal.SIG_IGN
    ]
    for number in ignored:
        signal.signal(number, lambda *_: None)  # which no new program inherits
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)

"""How tests are shared out: all of them to several processes, those asked for by name to none."""

import pytest

from ledger.process_pool import processors


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes do the tests, each with a server and folders of its own.

    A few are as soon done without, and what they take can be measured then. `-n 4` and `-n 0` say
    otherwise.
    """
    everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(processors(), 4) if everything else 0

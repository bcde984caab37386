"""Loopback ports for servers of tests."""

import os
import random
import socket
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Final

PORTS: Final = range(20_000, 32_000)
"""Below the ports that the system gives to outgoing connections (32768 and up on Linux): between the look here and the
server's own bind, a connection of another test may have taken one of those.
"""
_WORKERS: Final = 8
"""Processes of tests that take none of each other's ports: between look and bind there is a moment."""
_TRIES: Final = 100


def free_port() -> int:
    """A loopback port that nobody has now, the one given out here longest ago. Raises OSError when none is found."""
    for _, port in zip(range(_TRIES), _ports(), strict=False):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port found between {PORTS.start} and {PORTS.stop}")


@cache
def _ports() -> Iterator[int]:
    """This process's ports, in an order of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    mine = list(PORTS[int(worker) % _WORKERS :: _WORKERS] if worker.isdigit() else PORTS)
    random.SystemRandom().shuffle(mine)  # tests seed `random`
    return cycle(mine)

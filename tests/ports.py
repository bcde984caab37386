"""Loopback ports for servers of tests."""

import random
import socket
from typing import Final

PORTS: Final = range(20_000, 32_000)
"""Below the ports that the system gives to outgoing connections (32768 and up on Linux): between the look here and the
server's own bind, a connection of another test may have taken one of those.
"""
_TRIES: Final = 100


def free_port() -> int:
    """A loopback port that nobody has now. Raises OSError when none is found."""
    for _ in range(_TRIES):
        port = random.SystemRandom().choice(PORTS)  # tests seed `random`
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port found between {PORTS.start} and {PORTS.stop}")

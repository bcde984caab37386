"""How fast this machine is now: what our AES echo takes, which DESIGN.md gives with about 90 µs beside its goals."""

import tempfile
from pathlib import Path
from typing import Final

from benchmarks import messages, servers
from benchmarks.load import run
from benchmarks.turn import echoes

MICROSECONDS: Final = 90.0
"""DESIGN.md, Speed and memory: the echo on the machine for which the goals were written."""
SECONDS: Final = 2.0


def echo() -> float:
    """Microseconds of one AES echo of ours now, 32 connections, server on core 0 and load on core 1."""
    with tempfile.TemporaryDirectory(prefix="qingfeng-bench-") as folder, servers.echo(Path(folder)) as server:
        return 1e6 / run(server.port, echoes(messages.sealed, "/wechat")(server), SECONDS).per_second

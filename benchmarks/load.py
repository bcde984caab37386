"""Load on one HTTP server: prepared requests over 32 connections, by wrk where it is installed, else by ourselves."""

import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

CONNECTIONS = 32
"""As in DESIGN.md, Speed and memory."""
LOAD_CORE = 1
"""The core of the load generator; the server has core 0."""
GRACE = 30.0
"""Seconds after which a server that does not answer any more ends the run with an error."""
_LUA = """
local place = 0
local requests = {}
function init(args)
  local file = io.open(args[1], "rb")
  local all = file:read("*a")
  file:close()
  local at = 1
  while at <= #all do
    local size = tonumber(all:sub(at, at + 7))
    requests[#requests + 1] = all:sub(at + 8, at + 7 + size)
    at = at + 8 + size
  end
end
function request()
  place = place + 1
  return requests[(place - 1) % #requests + 1]
end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %f %f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status + summary.errors.read
    + summary.errors.connect + summary.errors.timeout + summary.errors.write))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run showed. Times are milliseconds."""

    per_second: float
    p50: float
    p99: float
    errors: int
    requests: int


def post(path_and_query: str, body: bytes) -> bytes:
    """One HTTP/1.1 request as bytes."""
    head = f"POST {path_and_query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


def run(port: int, requests: Sequence[bytes], seconds: float, pace: float = 0.0) -> Load:
    """Send the requests in order for `seconds` (at most once through with our own): as fast as they are answered, or
    `pace` a second.
    """
    if shutil.which("wrk") and shutil.which("taskset") and not pace:
        return _wrk(port, requests, seconds)
    return send_all(port, requests, seconds, pace)


def _wrk(port: int, requests: Sequence[bytes], seconds: float) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script, prepared = Path(folder) / "load.lua", Path(folder) / "requests"
        script.write_text(_LUA)
        with prepared.open("wb") as file:
            for request in requests:
                file.write(b"%08d" % len(request) + request)
        printed = subprocess.run(
            [
                *("taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s"),
                *("-s", str(script), f"http://127.0.0.1:{port}", "--", str(prepared)),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", printed)
    if found is None:
        raise RuntimeError(f"wrk printed no result: {printed}")
    count, microseconds = int(found[1]), int(found[2])
    return Load(count * 1e6 / microseconds, float(found[3]) / 1000, float(found[4]) / 1000, int(found[5]), count)


def send_all(port: int, requests: Sequence[bytes], seconds: float = 600.0, pace: float = 0.0) -> Load:
    """Send every request once (or until the time is over) from a process of its own on the load's core. With a `pace`
    a time counts from the moment at which the request was to be sent.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "requests"
        with prepared.open("wb") as file:
            for request in requests:
                file.write(b"%08d" % len(request) + request)
        command = [sys.executable, "-m", "benchmarks.load", str(port), str(prepared), str(seconds), str(pace)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Load(**json.loads(printed))


class _Connection(asyncio.Protocol):
    """Sends the next request when the one before is answered."""

    def __init__(self, source: "_Source") -> None:
        self._source = source
        self._buffer = b""
        self._sent = 0.0
        self._due = 0.0
        """When the last request was to be sent, where there is a pace."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # what TCP gives
        self._next()

    def _next(self) -> None:
        request = self._source.next()
        if request is None:
            self._transport.close()
            self._source.ended(self)
            return
        self._buffer = b""
        if not self._source.pause:
            self._write(request, time.perf_counter())
            return
        now = time.perf_counter()
        self._due = self._due + self._source.pause if self._due else now + random.uniform(0, self._source.pause)
        if self._due <= now:
            self._write(request, self._due)
        else:
            asyncio.get_running_loop().call_later(self._due - now, self._write, request, self._due)

    def _write(self, request: bytes, sent: float) -> None:
        self._sent = sent
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        self._source.answered(time.perf_counter() - self._sent, self._buffer.startswith(b"HTTP/1.1 200"))
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None:
            self._source.errors += 1
        self._source.ended(self)


class _Source:
    """Requests in order, and what came back."""

    def __init__(self, requests: Sequence[bytes], seconds: float, pace: float) -> None:
        self.pause = CONNECTIONS / pace if pace else 0.0
        """Seconds between two requests of one connection; 0: no pace."""
        self._requests = iter(requests)
        self._until = time.perf_counter() + seconds
        self.times: list[float] = []
        self.errors = 0
        self.open: set[_Connection] = set()
        self.over = asyncio.Event()

    def next(self) -> bytes | None:
        return None if time.perf_counter() > self._until else next(self._requests, None)

    def answered(self, seconds: float, well: bool) -> None:
        self.times.append(seconds)
        self.errors += not well

    def ended(self, connection: _Connection) -> None:
        self.open.discard(connection)
        if not self.open:
            self.over.set()


def _itself(connection: _Connection) -> _Connection:
    return connection


async def _send(port: int, requests: Sequence[bytes], seconds: float, pace: float) -> Load:
    source = _Source(requests, seconds, pace)
    connections = [_Connection(source) for _ in range(CONNECTIONS)]
    source.open = set(connections)
    started = time.perf_counter()
    loop = asyncio.get_running_loop()
    for connection in connections:
        await loop.create_connection(partial(_itself, connection), "127.0.0.1", port)
    async with asyncio.timeout(seconds + GRACE):
        await source.over.wait()
    took = time.perf_counter() - started
    times = sorted(source.times) or [0.0]
    count = len(source.times)
    return Load(count / took, times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000, source.errors, count)


def main(port: int, prepared: Path, seconds: float, pace: float) -> None:
    """Run as a process of its own; prints the Load as JSON."""
    import uvloop

    os.sched_setaffinity(0, {LOAD_CORE} & os.sched_getaffinity(0) or os.sched_getaffinity(0))
    whole, at, requests = prepared.read_bytes(), 0, []
    while at < len(whole):
        size = int(whole[at : at + 8])
        requests.append(whole[at + 8 : at + 8 + size])
        at += 8 + size
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        load = runner.run(_send(port, requests, seconds, pace))
    print(json.dumps({name: getattr(load, name) for name in Load.__slots__}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))

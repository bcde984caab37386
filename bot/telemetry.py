"""Logs and metrics: what operators see. No text of a message and no openid ever comes here."""

import json
import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson
import structlog
from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

TURN_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.5)
"""Seconds; the ends are the goal of a turn's p99 (25 ms) and its budget (4.5 s), DESIGN.md."""

requests = Counter("qingfeng_requests_total", "HTTP requests by status", ["path", "status"])
refused = Counter("qingfeng_callbacks_refused_total", "Callbacks refused before a turn, by reason", ["reason"])
turns = Counter("qingfeng_turns_total", "Turns by how they ended", ["result"])
turn_seconds = Histogram("qingfeng_turn_seconds", "Duration of a turn", buckets=TURN_BUCKETS)
recoveries = Counter("qingfeng_turn_recoveries_total", "Turns taken over from the records after a crash")
unknown_events = Counter("qingfeng_unknown_events_total", "Events that no handler knows")
deliveries = Counter("qingfeng_deliveries_total", "What became of deliveries, by state and way", ["state", "way"])
ways_stopped = Counter("qingfeng_ways_stopped_total", "Ways of sending stopped for everybody", ["way", "reason"])
lanes = Gauge(
    "qingfeng_delivery_lanes",
    "Calls that a worker may have under way at a time: fewer while WeChat does not answer",
    multiprocess_mode="livemin",
)
contact_notices = Counter(
    "qingfeng_contact_notices_total", "Notices to unbound contacts by how their sending ended", ["result"]
)
duties = Counter("qingfeng_duties_total", "Duties that rounds of this worker made")
dues = Counter("qingfeng_dues_total", "Dues that steps of rounds made, by whom they tell", ["audience"])
media_fetched = Counter("qingfeng_media_fetched_total", "Media fetched from WeChat and stored, by kind", ["kind"])
media_failed = Counter("qingfeng_media_failed_total", "Media given up, by reason", ["reason"])
media_retried = Counter("qingfeng_media_retried_total", "Fetches to be tried again, by reason", ["reason"])
media_waiting = Gauge(
    "qingfeng_media_waiting", "Media still to be fetched, after the last fetch", multiprocess_mode="livemax"
)
uploads = Counter("qingfeng_uploads_total", "Files sent to the upload page, by result", ["result"])
ready = Gauge("qingfeng_ready", "1 when the last readiness check found both stores", multiprocess_mode="livemin")


class Unfailing:
    """A stream for log lines whose loss must never cost a person an answer: a full disk, a closed pipe."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, line: bytes) -> int:
        """Write the line, or drop it."""
        try:
            return self._stream.write(line)
        except (OSError, ValueError):  # ValueError: the stream was closed
            return 0

    def flush(self) -> None:
        """Pass on what was written, if that is possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()


PERSON = web.RequestKey("person", str)
"""Where a request carries the log name of who sent it."""


def where_it_failed(logger: object, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Puts the exception's type and frames into a log entry; never its message, which may quote what somebody wrote."""
    given = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        entry["error"] = type(error).__qualname__
        frames = traceback.extract_tb(error.__traceback__)
        entry["frames"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return entry


@cache
def requests_of(path: str, status: int) -> Counter:
    """The counter of one path and status; looking it up anew costs more than counting."""
    return requests.labels(path, status)


def stamp(logger: object, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Puts level and time (UTC) into a log entry."""
    entry["level"] = "error" if method == "exception" else method
    entry["timestamp"] = datetime.now(UTC)
    return entry


def as_json(logger: object, method: str, entry: MutableMapping[str, Any]) -> bytes:
    """A log entry as one line of JSON; what JSON cannot show is shown as Python would, for no log call may fail."""
    try:
        return orjson.dumps(entry, default=repr, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a surrogate pair, a huge integer
        shown = {name: value if isinstance(value, str | int) else str(value) for name, value in entry.items()}
        return json.dumps(shown).encode()


def exposition() -> tuple[bytes, str]:
    """All metrics in Prometheus' text format and its content type; of all workers when there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the package leaves it untyped
        return generate_latest(registry), CONTENT_TYPE_LATEST
    return generate_latest(), CONTENT_TYPE_LATEST


def configure_logging(level: str) -> None:
    """JSON lines on standard output, of our code and of the libraries (those from `warning` on)."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        stamp,
        where_it_failed,
    ]
    structlog.configure(
        processors=[*shared, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(file=cast("BinaryIO", Unfailing(sys.stdout.buffer))),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda logger, method, entry: as_json(logger, method, entry).decode(),
            ],
        )
    )
    logging.raiseExceptions = False  # a library's line that cannot be written is dropped as well
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))

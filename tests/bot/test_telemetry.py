"""What operators see: an error by its type and place, never by its message."""

import json
import logging
from datetime import UTC, datetime

import pytest
import structlog

from bot.telemetry import configure_logging, requests, requests_of


def test_an_error_is_logged_without_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    """The message of an exception may quote what somebody wrote."""
    configure_logging("info")
    try:
        try:
            int("这是一句悄悄话")
        except ValueError:
            structlog.get_logger("test").exception("failed")
        printed = capsys.readouterr().out
    finally:
        structlog.reset_defaults()
    assert "悄悄话" not in printed
    entry = json.loads(printed.splitlines()[-1])
    assert entry["error"] == "ValueError"
    assert "test_an_error_is_logged_without_its_message" in entry["frames"][-1]


def test_a_line_says_what_when_and_how_grave(capsys: pytest.CaptureFixture[str]) -> None:
    """Ours and the libraries' lines look alike; each is on its own line at once, in the order of the calls."""
    configure_logging("info")
    try:
        structlog.get_logger("test").info("来了", person="a1", ms=1.5)
        logging.getLogger("library").warning("careful")
        structlog.get_logger("test").warning("last")
        structlog.get_logger("test").debug("too quiet")
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    finally:
        structlog.reset_defaults()
    assert [(line["event"], line["level"]) for line in lines] == [
        ("来了", "info"),
        ("careful", "warning"),
        ("last", "warning"),
    ]
    assert (lines[0]["person"], lines[0]["ms"]) == ("a1", 1.5)
    for line in lines:
        assert line["timestamp"].endswith("Z")
        assert abs((datetime.now(UTC) - datetime.fromisoformat(line["timestamp"])).total_seconds()) < 60


@pytest.mark.parametrize("odd", ["\ud800", 2**70, object(), {1: "a"}, {("a",): 2**70}, b"\xff", {"\ud800": object()}])
def test_what_json_cannot_show_is_logged_all_the_same(odd: object, capsys: pytest.CaptureFixture[str]) -> None:
    """A log call never fails the turn that made it."""
    configure_logging("info")
    try:
        structlog.get_logger("test").info("odd", odd=odd)
        (line,) = capsys.readouterr().out.splitlines()
    finally:
        structlog.reset_defaults()
    assert json.loads(line)["event"] == "odd"


def test_a_remembered_counter_is_the_counter() -> None:
    """What is counted by it is what /metrics shows."""
    before = requests.labels("other", 418)._value.get()
    requests_of("other", 418).inc()
    assert requests.labels("other", "418")._value.get() == before + 1

"""What every test may use: private servers, and the line that says what this machine could not run."""

import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings

from nlp.classifier import Classifier
from tests.servers import PostgresServer, RedisServer
from tests.statements import SharedStatements

CANNOT = "cannot run here: "
"""A test for which the machine lacks something calls `pytest.skip(CANNOT + what)`; the last line names it."""

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How tests start a Chromium: also as root, and without any connection of its own."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` runs the long tests too, `--complete` fails when this machine could not run something."""
    parser.addoption("--long", action="store_true", help="also run the tests marked `long`")
    parser.addoption("--update-dialogues", action="store_true", help="rewrite tests/dialogues with what is seen now")
    parser.addoption("--complete", action="store_true", help="fail when this machine could not run some test")


def pytest_configure() -> None:
    """Once, before anything connects. A slow machine is no failure of a property: no deadlines."""
    SharedStatements().share()
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out long tests unless asked for, and mark browser tests when there is no browser."""
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if not item.get_closest_marker("long")]
    if find_chromium() is None:
        no_browser = pytest.mark.skip(reason=f"{CANNOT}browser tests (no chromium on PATH)")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(no_browser)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End, below pytest's own summary, with one line naming what this machine could not run, if there is something."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and (reasons := _missing(reporter)):
        named = "; ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items()))
        reporter.write_line(f"This machine could not run: {named}", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With --complete, a run with such a line is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--complete") and reporter is not None and _missing(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _missing(reporter: pytest.TerminalReporter) -> dict[str, int]:
    """How many tests were skipped for each thing that the machine lacks."""
    counted: dict[str, int] = {}
    for report in reporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if CANNOT in reason:
            lacking = reason.split(CANNOT, 1)[1]
            counted[lacking] = counted.get(lacking, 0) + 1
    return counted


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine, or None."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; the test is skipped, and named in the last line, when there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip(f"{CANNOT}browser tests (no chromium on PATH)")
    return path


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """The shipped one; loading takes a second, and nothing changes it."""
    return Classifier.load()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One Redis (or Valkey) for the whole run; a test that stops it starts it again before it ends."""
    server = RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The URL of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run; a test that stops it starts it again before it ends."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The SQLAlchemy URL (asyncpg) of a new, empty PostgreSQL database."""
    return postgres_server.database()

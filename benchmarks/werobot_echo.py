"""The peer: WeRoBot's echo as its documentation deploys it (`gunicorn -w1`), configured by the environment."""

import os
import tempfile
from pathlib import Path

import werobot
from werobot.session.sqlitestorage import SQLiteStorage

from benchmarks.servers import AES_KEY, APPID, TOKEN

SESSIONS = os.environ.get("WEROBOT_SESSIONS") == "1"
robot = werobot.WeRoBot(
    token=TOKEN,
    enable_session=SESSIONS,
    # WeRoBot's default session storage, its file kept out of the current folder
    session_storage=SQLiteStorage(str(Path(tempfile.mkdtemp()) / "werobot_session.sqlite3")) if SESSIONS else None,
)
if os.environ.get("WEROBOT_AES") == "1":
    robot.config["APP_ID"] = APPID
    robot.config["ENCODING_AES_KEY"] = AES_KEY


@robot.text  # type: ignore[untyped-decorator]  # WeRoBot ships no types
def echo(message: object) -> str:
    """Say it back."""
    return str(getattr(message, "content", ""))


application = robot.wsgi

"""`python -m simulator`: serve the simulated platform of one account."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from aiohttp import web

from simulator.app import build
from simulator.config import Config, ConfigError, from_environment, read_people, read_templates


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 2 when a setting is wrong, 1 when the port cannot be had."""
    asked = _parser().parse_args(arguments)
    try:
        config = _config(asked)
    except ConfigError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    sys.stdout.write(f"simulator: http://{asked.host}:{asked.port}/\n")
    sys.stdout.flush()
    try:
        web.run_app(build(config), host=asked.host, port=asked.port, loop=_loop(), access_log=None, print=None)
    except OSError as error:
        sys.stderr.write(f"simulator: {error.strerror or error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--callback", default="http://127.0.0.1:8080/wechat", help="the bot's URL")
    parser.add_argument("--people", type=Path, help="a people.json")
    parser.add_argument("--templates", type=Path, help="a templates.json")
    parser.add_argument("--seed", type=int, default=0, help="of every random choice")
    return parser


def _config(asked: argparse.Namespace) -> Config:
    people = read_people(asked.people) if asked.people else ()
    templates = read_templates(asked.templates) if asked.templates else ()
    return from_environment(os.environ, asked.callback, people, templates, asked.seed)


def _loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


if __name__ == "__main__":
    raise SystemExit(main())

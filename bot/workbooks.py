"""Workbooks from outside are checked in a process of their own, with limits on memory, time and size."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from handlers.forms.authoring.child import OUT_OF_MEMORY
from handlers.forms.faults import Fault, WorkbookError, refused
from handlers.forms.workbook import CompiledWorkbook, Summary

WALL_SECONDS: Final = 40
"""How long a check may take; a child starts in about half a second."""
MAX_ATTACHMENTS: Final = 30
MAX_ATTACHED: Final = 10_000_000
"""Bytes of all attachments together."""

TOO_SLOW = "这张表太复杂，没能在规定时间内检查完；请精简表达式和选项，或拆成两张表。"
TOO_LARGE = "这张表太大，检查时内存不够；请删去无关的工作表、行和列，或拆成两张表。"
CRASHED = "检查程序没能读完这个文件，文件可能已损坏；请用 Excel 或 WPS 另存为 .xlsx 后再试。"
TOO_MANY_FILES = f"附件太多了（最多 {MAX_ATTACHMENTS} 个，共 {MAX_ATTACHED // 1_000_000} MB）。"


@dataclass(frozen=True, slots=True)
class Troubles:
    """What people are told when a child did not get to the end of a workbook."""

    too_slow: str = TOO_SLOW
    too_large: str = TOO_LARGE
    crashed: str = CRASHED


_FORMS: Final = Troubles()
_COMMAND: Final = (sys.executable, "-m", "handlers.forms.authoring.child")
_SECRETS: Final = "QF_"


def check_workbook_now(
    path: Path, attachments: Mapping[str, bytes] | None = None, *, lenient: bool = False
) -> CompiledWorkbook:
    """What `compile_workbook` gives for this file, found in a child process; blocks. Raises WorkbookError."""
    request = _request(path, attachments or {}, lenient)
    return _compiled(answer_now(_COMMAND, request, WALL_SECONDS, _FORMS))


def answer_now(command: Sequence[str], request: bytes, seconds: float, troubles: Troubles) -> dict[str, Any]:
    """What a child process (`handlers.forms.authoring.child.answer_request`) answers within `seconds`; blocks.

    Raises WorkbookError with what it found wrong, or with the trouble that it had.
    """
    try:
        ended = subprocess.run(  # noqa: S603 - our own module, no shell
            command, input=request, capture_output=True, check=False, timeout=seconds, env=_environment()
        )
    except subprocess.TimeoutExpired as error:
        raise refused(troubles.too_slow) from error
    return _answer(ended.returncode, ended.stdout, troubles)


async def check_workbook(
    path: Path, attachments: Mapping[str, bytes] | None = None, *, lenient: bool = False
) -> CompiledWorkbook:
    """What `compile_workbook` gives for this file, found in a child process. Raises WorkbookError."""
    request = _request(path, attachments or {}, lenient)
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*_COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment())
    try:
        printed, _ = await asyncio.wait_for(child.communicate(request), WALL_SECONDS)
    except TimeoutError as error:
        raise refused(TOO_SLOW) from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return _compiled(_answer(child.returncode or 0, printed, _FORMS))


def _request(path: Path, attachments: Mapping[str, bytes], lenient: bool) -> bytes:
    if len(attachments) > MAX_ATTACHMENTS or sum(map(len, attachments.values())) > MAX_ATTACHED:
        raise refused(TOO_MANY_FILES)
    encoded = {name: base64.b64encode(content).decode() for name, content in attachments.items()}
    return json.dumps({"path": str(path.absolute()), "attachments": encoded, "lenient": lenient}).encode()


def _environment() -> dict[str, str]:
    """The child's environment: without our settings, which hold secrets that a workbook has no business with."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}


def _answer(status: int, printed: bytes, troubles: Troubles) -> dict[str, Any]:
    if status == OUT_OF_MEMORY:
        raise refused(troubles.too_large)
    if status < 0:  # ended by a signal: the kernel's for processor time, or a crash of a library
        raise refused(troubles.too_slow)
    try:
        answer: dict[str, Any] = json.loads(printed)
    except ValueError as error:
        raise refused(troubles.crashed) from error
    if "faults" in answer:
        faults, told = (tuple(Fault(*parts) for parts in answer[name]) for name in ("faults", "notices"))
        raise WorkbookError(faults, told)
    return answer


def _compiled(answer: dict[str, Any]) -> CompiledWorkbook:
    found = answer["compiled"]
    summary = found.pop("summary")
    notices = tuple(Fault(**notice) for notice in found.pop("notices"))
    purposes = tuple(summary.pop("purposes"))
    return CompiledWorkbook(**found, summary=Summary(**summary, purposes=purposes), notices=notices)

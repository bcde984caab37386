"""Compiles one workbook in a process of its own, under limits that it sets itself: request on stdin, answer on stdout;
other readers of workbooks from outside answer by `answer_request` too.

`python -m handlers.forms.authoring.child`; started by `bot.workbooks`. Request and answer are JSON objects:
`{"path", "attachments": {name: base64}, "lenient"}`, and `{"compiled": {…}}` or `{"faults": [[sheet, row, column,
message], …], "notices": [the same]}`.
"""

import base64
import contextlib
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from handlers.forms.faults import Fault

MAX_MEMORY: Final = 800_000_000
"""Bytes of address space; a form of 40 questions takes 60 million."""
MAX_SECONDS: Final = 20
"""Of processor time; a form of 1,000 questions takes about 4."""
MAX_WRITTEN: Final = 20_000_000
"""Bytes of any file that the process could write; it needs to write none but its answer."""
OUT_OF_MEMORY: Final = 3
"""Exit status of a process that did not get the memory that it asked for."""


def main() -> int:
    """Answer the request on stdin; returns the exit status."""
    return answer_request(answered, memory=MAX_MEMORY, seconds=MAX_SECONDS)


def answer_request(answer: Callable[[dict[str, Any]], dict[str, Any]], *, memory: int, seconds: int) -> int:
    """Answer the request on stdin under limits (bytes of address space, seconds of processor time); the exit status."""
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        with contextlib.redirect_stdout(sys.stderr):  # libraries print
            found = answer(json.loads(sys.stdin.buffer.read()))
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.write(json.dumps(found, ensure_ascii=True))
    return 0


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request."""
    from handlers.forms.workbook import WorkbookError, compile_workbook

    attachments = {name: base64.b64decode(content) for name, content in request["attachments"].items()}
    try:
        compiled = compile_workbook(Path(request["path"]), attachments, lenient=request["lenient"])
    except WorkbookError as error:
        return {"faults": list(map(_parts, error.faults)), "notices": list(map(_parts, error.notices))}
    return {"compiled": asdict(compiled)}


def _parts(fault: "Fault") -> list[str | int]:
    return [fault.sheet, fault.row, fault.column, fault.message]


if __name__ == "__main__":
    sys.exit(main())

"""Reads one people workbook in a process of its own: `python -m handlers.people.child`, started by `bot.people_import`.

Request: `{"path"}`; answer: what `read_people` returns, or `{"faults": [[sheet, row, column, message], …]}`.
"""

import sys
from pathlib import Path
from typing import Any, Final

from handlers.forms.authoring.child import answer_request
from handlers.forms.faults import WorkbookError

MAX_MEMORY: Final = 1_000_000_000
"""Bytes of address space; 100,000 people take about 300 million."""
MAX_SECONDS: Final = 120
"""Of processor time; 100,000 people take about 10."""


def main() -> int:
    """Answer the request on stdin; returns the exit status."""
    return answer_request(answered, memory=MAX_MEMORY, seconds=MAX_SECONDS)


def answered(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request."""
    from handlers.people.reading import read_people

    try:
        return read_people(Path(request["path"]))
    except WorkbookError as error:
        return {
            "faults": [[fault.sheet, fault.row, fault.column, fault.message] for fault in error.faults],
            "notices": [],
        }


if __name__ == "__main__":
    sys.exit(main())

"""Workbooks that nobody here wrote run as ODK's own engine ran them, as far as the supported kinds go."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.conftest import CANNOT
from tests.handlers.forms.forms import TODAY

CORPUS = os.environ.get("QF_XLSFORM_CORPUS", "")
NOT_YET = ("暂不支持", "本系统不支持")
"""What a workbook is refused with that needs a kind of question, or a function, that is not there."""

pytestmark = [
    pytest.mark.skipif(not CORPUS, reason=f"{CANNOT}foreign workbooks (QF_XLSFORM_CORPUS names no folder of them)"),
    # old .xls files and odd fonts: pyxform's readers warn about files that we did not write
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def cases(file: str) -> dict[str, Any]:
    if not CORPUS:
        return {"(no corpus)": {}}
    found: dict[str, Any] = json.loads((Path(CORPUS) / file).read_text(encoding="utf-8"))
    return found


def walked(form: Form, case: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The questions asked with the answers given in form order and edited afterwards, and the values at the end."""
    state, asked = engine.begin(form, TODAY), list[str]()
    while state.at is not None:
        asked.append(state.at)
        value = case["answers"].get(state.at, "")
        state = engine.answer(form, state, value, TODAY) if value else engine.skip(form, state)
    for ref, value in case["edits"]:
        try:
            state = engine.answer(form, engine.goto(form, state, ref), value, TODAY)
        except ValueError:
            continue
    return asked, engine.values(form, state)


def compared(values: dict[str, str]) -> dict[str, float | str]:
    """Numbers are compared as numbers."""
    found: dict[str, float | str] = {}
    for ref, value in values.items():
        try:
            found[ref] = float(value)
        except ValueError:
            found[ref] = value
    return found


def compiled(name: str) -> Form | None:
    """The form of a workbook, or None when every one of its faults says that it needs more than the core."""
    try:
        return compile_form(compile_workbook(Path(CORPUS) / name).xml)
    except WorkbookError as error:
        if all(any(word in fault.message for word in NOT_YET) for fault in error.faults):
            return None
        raise


@pytest.mark.parametrize("name", cases("oracle.json"))
def test_a_foreign_workbook_walks_as_in_odk_or_names_what_it_needs(name: str) -> None:
    case, form = cases("oracle.json")[name], compiled(name)
    if form is not None:
        asked, values = walked(form, case)
        assert asked == case["asked"]
        assert compared(values) == compared(case["values"])


def test_most_foreign_workbooks_walk() -> None:
    assert sum(compiled(name) is not None for name in cases("oracle.json")) >= 31


@pytest.mark.parametrize("name", [name for name, fate in cases("expected.json").items() if fate == "refused"])
def test_a_broken_workbook_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        compile_workbook(Path(CORPUS) / name)
    assert all(fault.message for fault in refused.value.faults)

"""Workbooks that nobody here wrote run as ODK's own engine ran them."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from handlers.forms import engine
from handlers.forms.form import Form, Kind
from handlers.forms.views import FormState
from handlers.forms.walk import walk
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.conftest import CANNOT
from tests.handlers.forms.forms import NOW

CORPUS = os.environ.get("QF_XLSFORM_CORPUS", "")

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


@cache
def compiled(name: str) -> Form:
    return compile_form(compile_workbook(Path(CORPUS) / name, lenient=True).xml)


def compared(values: dict[str, str]) -> dict[str, float | str]:
    """Numbers are compared as numbers."""
    found: dict[str, float | str] = {}
    for ref, value in values.items():
        try:
            found[ref] = float(value)
        except ValueError:
            found[ref] = value
    return found


@pytest.mark.parametrize("name", cases("oracle.json"))
def test_a_foreign_workbook_walks_as_in_odk(name: str) -> None:
    case = cases("oracle.json")[name]
    found = walk(compiled(name), case, NOW)
    assert found["asked"] == case["asked"]
    assert compared(found["values"]) == compared(case["values"])
    assert found["errors"] == case["errors"]


@pytest.mark.parametrize("name", cases("oracle.json"))
def test_a_foreign_workbook_survives_storage_at_every_question(name: str) -> None:
    """The same answers in the chat's own way: every state is stored and restored between two questions."""
    case = cases("oracle.json")[name]
    form = compiled(name)
    state, asked = engine.begin(form, NOW), list[str]()
    while state.at is not None:
        state = FormState.from_json(json.loads(json.dumps(state.to_json())))
        question = engine.current(form, state)
        assert question is not None
        if question.kind is Kind.MORE:
            more = len(question.instances) < case["repeats"].get(question.ref, 1)
            state = engine.answer(form, state, "more" if more else "done", NOW)
            continue
        asked.append(question.ref)
        try:
            state = engine.answer(form, state, case["answers"].get(question.ref, ""), NOW)
        except ValueError:
            return  # a required question that the case leaves empty, or a date that has passed since
    assert asked == case["asked"]


@pytest.mark.parametrize("name", [name for name, fate in cases("expected.json").items() if fate == "refused"])
def test_a_broken_workbook_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        compile_workbook(Path(CORPUS) / name)
    assert all(fault.message for fault in refused.value.faults)

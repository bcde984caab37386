"""Whatever a workbook says: it is refused with sentences, or it runs to its end with any answers."""

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.forms import engine
from handlers.forms.views import FormState
from handlers.forms.walk import walk
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW
from tests.handlers.forms.wild import cases, workbooks

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BROKEN = re.compile(r"原话|没能读懂|Error|Traceback|__\w")
"""What would say that a workbook went through our checks and broke something behind them."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_workbook_is_refused_in_chinese_or_runs(data: Any) -> None:
    workbook = data.draw(workbooks())
    try:
        form = compile_form(compile_workbook(workbook).xml)
    except WorkbookError as error:
        for fault in error.faults:
            assert CHINESE.search(fault.message), fault
            assert not BROKEN.search(fault.message), fault
            assert fault.row, fault
        return
    walked = walk(form, data.draw(cases(sorted(form.leaves))), NOW)
    assert set(walked) == {"asked", "values", "errors"}
    assert all(CHINESE.search(error) for error in walked["errors"]), walked["errors"]
    state = engine.begin(form, NOW)
    assert FormState.from_json(state.to_json()) == state
    engine.preview(form, state)
    engine.closing_notes(form, state)

"""Every built-in form compiles, can be walked to its end, and says what its answers mean."""

import pytest

from handlers.catalog import BUILT_IN, FOLDER, BuiltIn
from handlers.forms import engine
from handlers.forms.form import Form
from handlers.forms.purposes import Purpose
from handlers.forms.xform import compile_form
from storage.vocabulary import Level
from tests.handlers.answering import PLAIN, answers, begins
from tests.handlers.desk import START, ZONE, Office, catalogue_form

EVERY_FORM = pytest.mark.parametrize("form", BUILT_IN, ids=lambda form: form.name)
TODAY = START.astimezone(ZONE).date()


def _compiled(form: BuiltIn) -> Form:
    return compile_form(catalogue_form(form.file).xml)


@EVERY_FORM
def test_it_is_what_the_list_says(form: BuiltIn) -> None:
    compiled = _compiled(form)
    assert compiled.name == form.name
    assert compiled.title
    assert form.level in set(Level)
    assert compiled.level == form.level


def test_every_file_is_in_the_list() -> None:
    assert {form.file for form in BUILT_IN} == {file.name for file in FOLDER.glob("*.md")}


@EVERY_FORM
def test_every_question_is_worded_with_care(form: BuiltIn) -> None:
    for question in _compiled(form).questions:
        assert question.label is not None, question.ref
        assert question.constraint is None or question.constraint_message is not None, question.ref
        assert question.required is None or question.required_message is not None, question.ref
        assert question.section, f"{question.ref} stands in no section"


@EVERY_FORM
def test_findings_have_a_level_beside_them(form: BuiltIn) -> None:
    plans = _compiled(form).findings
    assert plans
    for plan in plans:
        assert Purpose.FINDING_LEVEL in plan.companions, plan.ref


def test_the_comprehensive_sheet_asks_about_twenty_questions_on_the_usual_way() -> None:
    compiled = _compiled(BUILT_IN[0])
    asked = engine.current(compiled, engine.begin(compiled, TODAY))
    assert asked is not None
    assert asked.total <= 20


@pytest.mark.parametrize(
    ("state", "kinds"),
    [("总体良好", "未发现"), ("有薄弱环节", "1"), ("有明显风险", "1 2 3")],
)
async def test_the_comprehensive_sheet_ends_on_every_way(office: Office, state: str, kinds: str) -> None:
    wang = await office.observer()
    await begins(wang)
    states = {part: state for part in PLAIN if part.endswith("总体情况")}
    await answers(wang, "都答完了", **states, 是否发现以下苗头或问题=kinds, 有无新情况="有新情况")
    await wang.says("提交")
    wang.sees("编号：")


@pytest.mark.parametrize(("day", "period"), [((1, 15), "第4季度"), ((1, 16), "第1季度"), ((11, 20), "第4季度")])
async def test_the_period_may_be_handed_in_until_a_fortnight_after_it(
    office: Office, day: tuple[int, int], period: str
) -> None:
    wang = await office.observer()
    month, number = day
    office.now = START.replace(month=month, day=number)
    await begins(wang)
    wang.sees(period)


async def test_a_draft_keeps_the_period_that_it_was_begun_for(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    wang.sees("2026年第4季度")
    office.passes(days=70)
    await wang.says("继续")
    wang.sees("2026年第4季度")

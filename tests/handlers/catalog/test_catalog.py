"""Every built-in form is what the list says, and is worded with care."""

import ast
import re
from pathlib import Path

import pytest

import bot
import handlers
import storage
from handlers.catalog import BUILT_IN, FOLDER, BuiltIn
from handlers.forms.xform import compile_form
from storage.vocabulary import Audience
from tests.handlers.answering import PLAIN, answers, begins
from tests.handlers.catalog.tables import CHOICES, SETTINGS, SURVEY, Row, sheet
from tests.handlers.desk import START, Office, catalogue_form

EVERY_FORM = pytest.mark.parametrize("form", BUILT_IN, ids=lambda form: form.name)
LONGEST = {"label": 60, "hint": 40, "guidance_hint": 120, "required_message": 40, "constraint_message": 40}
"""Characters that fit a phone: two lines of a question, one and a half of a hint."""
LONGEST_NOTE = 100
LONGEST_CHOICE = 20
HALF_WIDTH = re.compile(r"[,;:?!()\"']|(?<![0-9])\.|\.(?![0-9])")
REFERENCE = re.compile(r"\$\{[^}]*\}")
HIGH_TO_LOW = ["high", "medium", "low"]


@EVERY_FORM
def test_it_is_what_the_list_says(form: BuiltIn) -> None:
    compiled = compile_form(catalogue_form(form.file).xml)
    assert compiled.name == form.name
    assert compiled.title
    assert compiled.level == (form.level or "")
    assert (compiled.audience or Audience.OBSERVERS) == form.audience


@EVERY_FORM
def test_its_settings_are_complete(form: BuiltIn) -> None:
    (settings,) = sheet(form, SETTINGS)
    assert settings["form_id"] == form.name
    assert re.fullmatch(r"20[0-9]{8}", settings["version"])


def test_every_file_is_in_the_list() -> None:
    assert {form.file for form in BUILT_IN} == {file.name for file in FOLDER.glob("*.md")}
    assert len({form.name for form in BUILT_IN}) == len(BUILT_IN)


@EVERY_FORM
def test_no_text_is_too_long_for_a_phone(form: BuiltIn) -> None:
    for row in sheet(form, SURVEY):
        for header, text in row.texts:
            longest = LONGEST_NOTE if row.kind == "note" else LONGEST[header]
            assert len(REFERENCE.sub("", text)) <= longest, f"{row['name']} {header}: {text}"
    for row in sheet(form, CHOICES):
        assert len(row["label"]) <= LONGEST_CHOICE, row["label"]


@EVERY_FORM
def test_texts_are_punctuated_in_chinese(form: BuiltIn) -> None:
    rows = [*sheet(form, SURVEY), *sheet(form, CHOICES)]
    for row in rows:
        for header, text in row.texts:
            assert not HALF_WIDTH.search(REFERENCE.sub("", text)), f"{row['name']} {header}: {text}"
    for row in sheet(form, SURVEY):
        if row.asked:
            assert row["label"].endswith(("？", "。", "？（可多选）")), row["label"]


@EVERY_FORM
def test_every_demand_says_what_to_do(form: BuiltIn) -> None:
    for row in sheet(form, SURVEY):
        assert bool(row["required"]) == bool(row["required_message"]), row["name"]
        assert bool(row["constraint"]) == bool(row["constraint_message"]), row["name"]


@EVERY_FORM
def test_every_question_stands_in_a_section_and_only_once_there(form: BuiltIn) -> None:
    seen: set[tuple[tuple[str, ...], str]] = set()
    for row in sheet(form, SURVEY):
        if row.asked:
            assert any(row.section), f"{row['name']} stands in no section"
            assert (row.section, row["label"]) not in seen, row["label"]
            seen.add((row.section, row["label"]))


@EVERY_FORM
def test_what_several_may_be_chosen_of_says_so_and_none_stands_alone(form: BuiltIn) -> None:
    lists: dict[str, list[Row]] = {}
    for choice in sheet(form, CHOICES):
        lists.setdefault(choice["list_name"], []).append(choice)
    for row in sheet(form, SURVEY):
        if row.kind == "select_multiple":
            assert row["label"].endswith("（可多选）"), row["label"]
            names = [choice["name"] for choice in lists[row["type"].split()[1]]]
            assert ("none" in names) == ("selected(., 'none')" in row["constraint"]), row["name"]


@EVERY_FORM
def test_its_choices_are_used_and_told_apart(form: BuiltIn) -> None:
    used = {row["type"].split()[-1] for row in sheet(form, SURVEY) if " " in row["type"] and row.kind != "end"}
    lists: dict[str, list[Row]] = {}
    for choice in sheet(form, CHOICES):
        lists.setdefault(choice["list_name"], []).append(choice)
    assert set(lists) == used
    for rows in lists.values():
        assert len({row["label"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)
    assert [row["name"] for row in lists.get("level", [])] in ([], HIGH_TO_LOW)


@EVERY_FORM
def test_no_other_level_names_than_the_ones_that_the_office_sorts_by(form: BuiltIn) -> None:
    for row in sheet(form, SURVEY):
        if row["用途"] in {"finding_level", "风险等级"}:
            assert row["type"] == "select_one level", row["name"]


def _python_strings() -> set[str]:
    found: set[str] = set()
    for package in (bot, handlers, storage):
        for file in Path(package.__path__[0]).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            found |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    return found


def test_no_code_knows_the_name_of_a_question() -> None:
    names = {row["name"] for form in BUILT_IN for row in sheet(form, SURVEY) if row.asked and "_" in row["name"]}
    assert len(names) > 60
    assert not names & _python_strings()


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


@pytest.mark.parametrize(("day", "period"), [((1, 15), "第四季度"), ((1, 16), "第一季度"), ((11, 20), "第四季度")])
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
    wang.sees("2026年第四季度")
    office.passes(days=70)
    await wang.says("继续")
    wang.sees("2026年第四季度")

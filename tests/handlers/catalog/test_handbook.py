"""docs/handbook/forms.md says what is true: its columns, types, purposes and forms are the ones that there are."""

import re
from pathlib import Path

import pytest

from bot.forms_cli import forms
from handlers.catalog import BUILT_IN
from handlers.forms.authoring.aliases import (
    AUDIENCES,
    CHOICES_HEADERS,
    HEADERS,
    LEVELS,
    SETTINGS_HEADERS,
    SHEET_NAMES,
    SURVEY_HEADERS,
    TYPES,
    in_chinese,
    plain,
)
from handlers.forms.purposes import purpose_of
from storage.vocabulary import Audience
from tests.handlers.catalog.tables import SETTINGS, sheet
from tests.handlers.forms.forms import form_of

HANDBOOK = Path(__file__).parents[3] / "docs" / "handbook" / "forms.md"
NONE = "—"
TEMPLATE = {"survey": SURVEY_HEADERS, "choices": CHOICES_HEADERS, "settings": SETTINGS_HEADERS}
RECIPES = ("relevant", "constraint", "calculation")


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its header."""
    text = HANDBOOK.read_text(encoding="utf-8")
    below = re.split(rf"^#+ {re.escape(heading)}.*$", text, flags=re.MULTILINE)[1]
    lines = [line for line in below.split("\n#", 1)[0].splitlines() if line.startswith("|")]
    return [[cell.strip().strip("*`") for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(
    ("heading", "name"), [("问卷表的列", "survey"), ("选项表的列", "choices"), ("设置表的列", "settings")]
)
def test_every_column_is_known_by_both_of_its_names(heading: str, name: str) -> None:
    for chinese, english, _ in table(heading):
        found = HEADERS[name][plain(chinese)]
        assert english in {found, NONE}, chinese
        assert (english == NONE) == (":" in found)
        assert in_chinese(TEMPLATE[name], found) == chinese, "the template says otherwise"


def test_every_sheet_is_known_by_both_of_its_names() -> None:
    for english, chinese, _ in table("工作簿里有什么"):
        assert SHEET_NAMES[plain(chinese)] == english


def test_every_type_is_known_by_both_of_its_names() -> None:
    for chinese, english, _ in table("类型"):
        words = [word.split()[0] for word in chinese.split("、")]
        names = [name.split()[0] for name in english.split("、")]
        assert [TYPES[plain(word)] for word in words] == names


def test_every_purpose_is_known() -> None:
    for names, _, _ in table("用途："):
        for name in names.split("、"):
            purpose_of(name)


def test_every_recipe_compiles() -> None:
    names = "has_risk parts power money harm score proposed project_name amount measure_list done problem"
    rows = [f"| | text | {name} | 题 | | | |" for name in names.split()]
    for place, (_, column, written) in enumerate(table("常用写法")):
        header = HEADERS["survey"].get(plain(column))
        if header in RECIPES:
            cells = [written.split("`")[0] if header == recipe else "" for recipe in RECIPES]
            rows.append(f"| | text | recipe_{place} | 题 | {' | '.join(cells)} |")
    header_row = f"| survey | type | name | label | {' | '.join(RECIPES)} |"
    form = form_of("\n".join([header_row, *rows]))
    assert sum("recipe" in question.ref for question in form.questions) > 8


def test_the_list_of_built_in_forms_is_the_list() -> None:
    listed = {name: (title, level, audience) for title, name, level, audience in table("内置的表")}
    assert set(listed) == {form.name for form in BUILT_IN}
    for form in BUILT_IN:
        (settings,) = sheet(form, SETTINGS)
        level = NONE if form.level is None else in_chinese(LEVELS, form.level.value)
        audience = in_chinese(AUDIENCES, form.audience.value)
        assert listed[form.name] == (settings["form_title"], level, audience)
    assert {audience.value for audience in Audience} == set(AUDIENCES)


def test_every_command_is_one() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    named = set(re.findall(r"qingfeng forms ([a-z]+)", text))
    assert named == {command.name for command in forms.registered_commands}

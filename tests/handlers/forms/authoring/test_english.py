"""Nothing that pyxform says reaches an author in English."""

import re

import pytest
from pyxform.errors import ErrorCode

from handlers.forms.authoring import english
from handlers.forms.authoring.book import Book, Sheet

BOOK = Book({"survey": Sheet("问卷", {"name": "名称", "type": "类型"}, [])})
LOOSE = [
    "Duplicate column header: label",
    "You must have a sheet named 'survey'. ",
    "[row : 4] Question with no type.\n{'label': 'x'}",
    "[row : 4] Audits must always be named 'audit.' The name column should be left blank.",
    "track-changes must be set to true or false: 'maybe' is an invalid value.",
    "To include location information in the audit, 'location-priority', 'x', and 'y' are required parameters.",
    "[row : 4] Missing calculation.",
    "[row : 4] Question or group with no name.",
    "[row : 4] Repeat loop without list name.",
    "[row : 4] List name not in columns sheet: towns",
    "[row : 4] List name not in choices sheet: towns",
    "[row : 4]List name not in external choices sheet: towns",
    "There should be an external_choices sheet in this xlsform. Please ensure that it has columns.",
    "There should be a choices sheet in this xlsform. Please ensure that the choices sheet has the columns.",
    "Choice names with spaces cannot be added to multiple choice selects. See [a b] in [towns]",
    "[row : 4] Choice filter not supported with or_other.",
    "[row : 4] Please specify choices for this 'or other' question.",
    "randomize must be set to true or false: 'x' is an invalid value",
    "seed value must be a number or a reference to another field.",
    "Parameters must include randomize=true to use a seed.",
    "[row : 4] Choice filter not supported for table-list appearance.",
    "[row : 4] Badly formatted table list, list names don't match: a vs. b",
    "[row : 4] File name for 'select_one_from_file fruits' should end with one of the supported: '.csv'",
    "[row : 4]  Parameter rows must have an integer value.",
    "Invalid value for quality.",
    "[row : 4] For 'background-geopoint' questions, the 'trigger' column must not be empty.",
    "Cannot omit instanceID, it is required for encryption.",
    "This section has not been included.",
    "There should be choices for this question.",
    "Unknown question type 'nonsense'.",
    "Arguments 'itemset' and 'list_name' must not both be None or empty.",
    "Survey cannot have an empty id_string",
    "The same instance id will be generated for different external instance source URIs. Please check the form."
    " Instance name: 'towns', Existing type: 'external', Existing URI: 'a', Duplicate type: 'b', Duplicate URI: 'c'.",
    "Question 'q' is a select from file type, using 'search()'. This combination is not supported.",
    "Question 'q' uses 'search()', and its select type references the choice list name 'l'.",
    "Media type: movie not supported",
    "There has been a problem trying to replace ${x} with the XPath to the survey element named 'x'. "
    "There is no survey element named 'x'.",
    "There are multiple survey elements named 'x'.",
    "The question ${a} is not user-visible so it can't be used as a calculation trigger for question ${b}.",
    "The survey element named 'x' has no label or hint.",
    "To use big-image, you must also specify an image for the survey element named x.",
    "Argument 'definition' was not recognized as a supported type.",
]
CONTEXT = {
    "row": 4,
    "sheet": "survey",
    "column": "name",
    "value": "towns",
    "name": "towns",
    "q": "towns",
    "type": "group",
    "other_row": 3,
    "sheet_name": "survey",
    "header": "towns",
    "other": "towns",
    "missing": "'name'",
    "accepted": "start",
    "rejected": "towns",
    "dataset": "towns",
    "scope": "/survey",
    "other_scope": "/survey",
    "question": "towns",
    "saveto": "towns",
    "columns": "towns",
    "candidates": "'surveys'",
}
ENGLISH = re.compile(r"\b(the|must|is|not|with|value|invalid|should|has|question)\b", re.IGNORECASE)


@pytest.mark.parametrize("code", ErrorCode, ids=lambda code: code.name)
def test_every_code_of_pyxform_has_a_chinese_sentence(code: ErrorCode) -> None:
    (fault,) = english.in_chinese(code.value.format(**CONTEXT), BOOK)
    assert "转换程序的原话" not in fault.message
    assert ENGLISH.search(fault.message) is None, fault.message
    if "{row}" in code.value.msg and "entit" not in code.value.msg:
        assert fault.row == 4


@pytest.mark.parametrize("reason", LOOSE)
def test_what_pyxform_raises_without_a_code_has_a_chinese_sentence(reason: str) -> None:
    (fault,) = english.in_chinese(reason, BOOK)
    assert "转换程序的原话" not in fault.message
    assert ENGLISH.search(fault.message) is None, fault.message
    assert (fault.row == 4) is reason.startswith("[row : 4]")


def test_several_lines_are_several_faults_named_as_the_author_wrote() -> None:
    reason = "\n".join(ErrorCode.NAMES_001.value.format(row=row, value="a") for row in (3, 5))
    found = english.in_chinese(reason, BOOK)
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [("问卷", 3, "名称"), ("问卷", 5, "名称")]


def test_a_new_sentence_of_pyxform_still_names_the_row() -> None:
    (fault,) = english.in_chinese("[row : 7] Something entirely new happened.", BOOK)
    assert (fault.sheet, fault.row) == ("问卷", 7)
    assert "Something entirely new" in fault.message

"""`qingfeng forms` with files that are not what they should be: one Chinese line each, no traceback."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import forms_cli
from bot.forms_cli import forms
from bot.workbooks import check_workbook_now
from handlers.forms.faults import WorkbookError
from tests.handlers.forms.authoring.test_hostile import TEXT, written


def run(*arguments: str) -> tuple[int, str]:
    """Exit status and what was printed; any exception but the exit itself comes out."""
    result = CliRunner().invoke(forms, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[" * 100_000, "括号套得太深"),
        (b"\xff\xfe\x00", "编码不是 UTF-8"),
        (b"[]", "应为 JSON 对象"),
        (b'{"answers": ', "第 1 行第 13 个字符处不是 JSON"),
        (b'{"other.xlsx": {}}', "没有“form.xlsx”这一项"),
    ],
)
def test_answers_that_cannot_be_read(content: bytes, says: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_bytes(content)
    status, printed = run("walk", str(tmp_path / "form.xlsx"), "--answers", str(answers))
    assert (status, says in printed) == (1, True), printed


def test_files_that_are_not_there(tmp_path: Path) -> None:
    workbook = str(tmp_path / "form.xlsx")
    for arguments, says in (
        (("walk", workbook, "--answers", str(tmp_path)), "这是一个文件夹"),
        (("walk", workbook, "--answers", str(tmp_path / "nothing")), "没有这个文件"),
        (("export", "template", str(tmp_path / "no" / "form.xlsx")), "没有这个文件或文件夹"),
        (("check", "x" * 5_000 + ".xlsx"), "找不到文件"),
    ):
        status, printed = run(*arguments)
        assert (status, says in printed) == (1, True), printed


def test_a_walk_that_asks_for_endless_repeats(tmp_path: Path) -> None:
    workbook, answers = written(tmp_path, TEXT), tmp_path / "answers.json"
    answers.write_text('{"repeats": {"/data/r": 1e400}}')
    status, printed = run("walk", str(workbook), "--answers", str(answers))
    assert (status, "答案文件应为" in printed) == (1, True)


def test_no_link_in_a_folder_of_attachments_is_followed(tmp_path: Path) -> None:
    """Nor is anything else read that is no plain file."""
    (tmp_path / "a.csv").write_text("name,label\na,甲\n", encoding="utf-8")
    (tmp_path / "b.csv").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "c.csv")
    (tmp_path / "d.csv").mkdir()
    assert list(forms_cli._attachments(tmp_path)) == ["a.csv"]


def test_what_an_author_wrote_is_printed_as_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Neither pictures for words between colons nor colours for words in brackets."""
    path = tmp_path / "form.xlsx"
    with pytest.raises(WorkbookError) as refused:
        check_workbook_now(written(tmp_path, TEXT | {"relevant": "${:x:} or [red]"}).rename(path))
    forms_cli._tell_faults(refused.value)
    printed = capsys.readouterr().out
    assert "${:x:}" in printed
    assert "\x1b" not in printed

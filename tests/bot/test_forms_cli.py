"""`qingfeng forms …` as people use it who do not program."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.cli import app
from handlers.catalog import BUILT_IN
from handlers.forms.workbook import compile_workbook
from tests.bot.processes import Deployment, deploy, environment
from tests.conftest import CANNOT

GOOD = """
| 问卷 | 类型 | 选项 | 名称 | 题目 | 必填 | 显示条件 | 用途 |
| | 单选 | yn | seen | 发现问题了吗？ | 是 | | |
| | 文本 | | what | 什么问题？ | 是 | ${seen} = 'yes' | 问题 |
| | 文件单选 | towns.csv | town | 哪里？ | | | |
| 选项 | 选项组 | 选项值 | 选项文字 |
| | yn | yes | 是 |
| | yn | no | 否 |
| 设置 | 表单标题 | 表单编号 | 版本 | 层级 |
| | 现场[red]检查 | site | 1 | 日常 |
"""
BAD = GOOD.replace("${seen} = 'yes'", "${sean} == 'yes'").replace("| what |", "| 什么 |")
TOWNS = "name,label\ngz,广州\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.md").write_text(BAD, encoding="utf-8")
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "towns.csv").write_bytes(TOWNS.encode("gb18030"))
    return tmp_path


def forms(*arguments: str | Path) -> tuple[int, str]:
    """Exit status and what was printed, in this process."""
    ended = CliRunner().invoke(app, ["forms", *map(str, arguments)], env={"COLUMNS": "200"})
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


async def operator(deployment: Deployment, *arguments: str, columns: str = "200") -> tuple[int, str]:
    """The same with a deployment's settings, beside its running bot."""
    settings = {name: value for name, value in environment(deployment.settings).items() if name.startswith("QF_")}

    def run() -> tuple[int, str]:
        ended = CliRunner().invoke(app, ["forms", *arguments], env={"COLUMNS": columns, **settings})
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.output

    return await asyncio.to_thread(run)


def test_a_good_workbook_gets_a_summary(folder: Path) -> None:
    status, printed = forms("check", folder / "good.md", "--attachments", folder / "csv")
    assert status == 0, printed
    assert printed.splitlines() == [
        "通过检查：现场[red]检查（编号 site）",
        "层级 日常，对象 观察员；3 道题（必填 2），0 个分组，0 个重复组，约 1 分钟。",
        "用途：问题；1 道题记录问题/风险点。",
    ]


def test_a_bad_workbook_gets_one_line_a_fault(folder: Path) -> None:
    status, printed = forms("check", folder / "bad.md", "--attachments", folder / "csv")
    assert status == 1
    first, *lines = printed.splitlines()
    assert "共 2 处" in first
    assert lines[0].startswith("问卷 第 3 行 名称 名称“什么”不能用：只能用英文字母")
    assert lines[1].startswith("问卷 第 3 行 显示条件 没有叫“sean”的题目。是不是想写“seen”？")


def test_a_choice_that_is_none_is_a_note_and_no_fault(folder: Path) -> None:
    (folder / "note.md").write_text(GOOD.replace("${seen} = 'yes'", "${seen} = 'yess'"), encoding="utf-8")
    status, printed = forms("check", folder / "note.md", "--attachments", folder / "csv")
    assert status == 0, printed
    assert printed.splitlines()[-1].startswith("提醒 问卷 第 3 行 显示条件 “yess”不是题目“seen”的选项值")
    status, printed = forms("check", folder / "note.md", "--attachments", folder / "csv", "--json")
    found = json.loads(printed)
    assert (status, found["ok"]) == (0, True)
    assert [(note["row"], note["column"]) for note in found["notices"]] == [(3, "显示条件")]


def test_machines_get_json(folder: Path) -> None:
    status, printed = forms("check", folder / "good.md", "--attachments", folder / "csv", "--json")
    found = json.loads(printed)
    assert (status, found["ok"], found["name"], found["summary"]["questions"]) == (0, True, "site", 3)
    status, printed = forms("check", folder / "bad.md", "--json")
    found = json.loads(printed)
    assert (status, found["ok"]) == (1, False)
    assert found["faults"][0]["row"] == 3
    assert set(found["faults"][0]) == {"sheet", "row", "column", "message"}


def test_what_is_not_there_is_named(folder: Path) -> None:
    for arguments, says in (
        (("check", folder / "none.xlsx"), "找不到文件"),
        (("check", folder / "good.md", "--attachments", folder / "none"), "不存在"),
        (("export", "template", folder / "a.txt"), ".xlsx"),
        (("export", "template", folder / "none" / "a.xlsx"), "写不进去"),
        (("walk", folder / "good.md", "--answers", folder / "none.json"), "答案文件读不了"),
        (("walk", folder / "good.md", "--answers", folder / "good.md"), "答案文件读不了"),
    ):
        status, printed = forms(*arguments)
        assert (status, says in printed) == (1, True), printed


@pytest.mark.parametrize("name", ["template", "模板", "comprehensive"])
def test_what_is_exported_passes_the_check(name: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    status, printed = forms("export", name, path)
    assert (status, "已导出" in printed) == (0, True)
    assert load_workbook(path).sheetnames[:3] == ["问卷", "选项", "设置"]
    assert forms("check", path)[0] == 0


def test_a_walk_prints_what_was_asked_and_what_is_left(folder: Path) -> None:
    case = {"answers": {"/data/seen": "yes", "/data/what": "拆分"}, "edits": [["/data/seen", "no"]]}
    answers = folder / "answers.json"
    for kept in (case, {"good.md": case, "other.xlsx": {}}):
        answers.write_text(json.dumps(kept), encoding="utf-8")
        status, printed = forms("walk", folder / "good.md", "--answers", answers, "--now", "2026-11-21T10:00:00+08:00")
        assert status == 0, printed
        assert json.loads(printed) == {
            "asked": ["/data/seen", "/data/what", "/data/town"],
            "values": {"/data/seen": "no", "/data/town": ""},
            "errors": [],
        }
    answers.write_text(json.dumps({"other.xlsx": {}}), encoding="utf-8")
    assert forms("walk", folder / "good.md", "--answers", answers)[0] == 1
    answers.write_text("{}", encoding="utf-8")
    for now in ("yesterday", "2026-11-21T10:00:00"):
        assert forms("walk", folder / "good.md", "--answers", answers, "--now", now)[0] == 1


def test_a_column_that_is_nearly_known_is_named_beside_the_faults(folder: Path) -> None:
    (folder / "near.md").write_text(BAD.replace("| 用途 |", "| 用 途 |"), encoding="utf-8")
    status, printed = forms("check", folder / "near.md")
    assert (status, "是不是想写“用途”" in printed) == (1, True), printed


def test_a_walk_of_a_broken_workbook_says_why_in_the_same_shape(folder: Path) -> None:
    answers = folder / "answers.json"
    answers.write_text("{}", encoding="utf-8")
    status, printed = forms("walk", folder / "bad.md", "--answers", answers)
    found = json.loads(printed)
    assert (status, found["asked"], found["values"]) == (1, [], {})
    assert any("第 3 行" in line for line in found["errors"])


@pytest.mark.skipif(
    not os.environ.get("QF_XLSFORM_CORPUS"),
    reason=f"{CANNOT}foreign workbooks (QF_XLSFORM_CORPUS names no folder of them)",
)
def test_a_foreign_workbook_walks_from_the_command_line(tmp_path: Path) -> None:
    corpus = Path(os.environ.get("QF_XLSFORM_CORPUS", ""))
    name = "XLSForm+pyxform__tests__example_xls__pull_data.xlsx"
    status, printed = forms("walk", corpus / name, "--answers", corpus / "oracle.json")
    case = json.loads((corpus / "oracle.json").read_text(encoding="utf-8"))[name]
    assert (status, json.loads(printed)["asked"]) == (0, case["asked"])


async def test_an_operator_publishes_withdraws_and_moves_drafts(folder: Path) -> None:
    """From the first version to a corrected one, while somebody fills the first."""
    async with deploy(folder) as deployment:
        sheet = folder / "sheet.md"
        text = BUILT_IN[0].path.read_text(encoding="utf-8")
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        user = deployment.user("wang")
        await user.says("综合观察表")
        await user.says("1")
        await user.says("暂存")
        user.sees("暂存")
        corrected = text.replace("本季度，您单位政治建设的总体情况怎么样？", "本季度，您单位政治建设总体怎么样？")
        sheet.write_text(corrected, encoding="utf-8")
        status, printed = await operator(deployment, "publish", str(sheet))
        assert (status, "第 2 版" in printed) == (0, True), printed
        status, printed = await operator(deployment, "publish", str(sheet))
        assert (status, "没有发布新版本" in printed) == (0, True), printed
        status, printed = await operator(deployment, "move", "comprehensive", "--from", "1")
        assert (status, "已把 1 份草稿移到第 2 版" in printed) == (0, True), printed
        status, printed = await operator(deployment, "move", "综合观察表", "--from", "1")
        assert (status, "没有未提交的草稿" in printed) == (0, True), printed
        status, printed = await operator(deployment, "move", "comprehensive", "--from", "7")
        assert (status, "没有第 7 版" in printed) == (1, True), printed
        status, printed = await operator(deployment, "withdraw", "comprehensive")
        assert (status, "已停用" in printed) == (0, True), printed
        status, printed = await operator(deployment, "list")
        assert (status, "已停用" in printed, "综合观察表" in printed) == (0, True, True), printed
        status, printed = await operator(deployment, "restore", "comprehensive")
        assert (status, "重新启用" in printed) == (0, True), printed


async def test_a_draft_that_was_only_just_begun_moves_too(folder: Path) -> None:
    """The records have no answers of it yet; the conversation has, and keeps them."""
    async with deploy(folder) as deployment:
        sheet = folder / "sheet.md"
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        user = deployment.user("wang")
        await user.says("综合观察表")
        assert "第 2/" in await user.says("2")
        corrected = BUILT_IN[0].path.read_text(encoding="utf-8").replace("主要的薄弱环节或风险是什么", "要害是什么")
        sheet.write_text(corrected, encoding="utf-8")
        await operator(deployment, "publish", str(sheet))
        status, printed = await operator(deployment, "move", "comprehensive", "--from", "1")
        assert (status, "已把 1 份草稿移到第 2 版" in printed) == (0, True), printed
        seen = await user.says("继续")
        assert ("第 2/" in seen, "要害是什么" in seen) == (True, True), seen


async def test_a_units_own_form_of_a_level_is_said_to_hide_the_groups(folder: Path) -> None:
    async with deploy(folder) as deployment:
        own = folder / "own.md"
        own.write_text(GOOD.replace("| 日常 |", "| 综合 |").replace("| 文件单选 | towns.csv |", "| 文本 | |"))
        status, printed = await operator(deployment, "publish", str(own), "--unit", "二公司")
        assert (status, "二公司的综合观察员从此填《现场[red]检查》，不再填" in printed) == (0, True), printed
        assert ("的《综合观察表》。" in printed, "withdraw site --unit 二公司" in printed) == (True, True), printed
        status, printed = await operator(deployment, "list", columns="80")
        assert (status, "二公司的综合观察员填《现场[red]检查》，不填" in printed) == (0, True), printed
        codes = {line.split(" ", 1)[0] for line in printed.splitlines()}
        assert {form.name for form in BUILT_IN} < codes, "no code is broken over two lines"
        await operator(deployment, "withdraw", "site", "--unit", "二公司")
        status, printed = await operator(deployment, "list")
        assert (status, "不填" in printed) == (0, False), printed


async def test_a_unit_has_its_own_form_with_its_attachments(folder: Path) -> None:
    """Published for a subsidiary, exported with the csv, refused for units that there are not."""
    async with deploy(folder) as deployment:
        good = str(folder / "good.md")
        files = ("--attachments", str(folder / "csv"))
        status, printed = await operator(deployment, "publish", good, *files, "--unit", "二公司")
        assert (status, "二公司" in printed) == (0, True), printed
        status, printed = await operator(deployment, "publish", good, *files, "--unit", "一公司/二公司")
        assert (status, "没有叫“一公司/二公司”的单位" in printed) == (1, True), printed
        out = folder / "out"
        out.mkdir()
        status, printed = await operator(deployment, "export", "site", str(out / "site.xlsx"))
        assert (status, "towns.csv" in printed) == (0, True), printed
        attachment = (out / "towns.csv").read_bytes()
        ours = compile_workbook(folder / "good.md", {"towns.csv": TOWNS.encode()})
        assert compile_workbook(out / "site.xlsx", {"towns.csv": attachment}).xml == ours.xml
        status, printed = await operator(deployment, "export", "nothing", str(out / "x.xlsx"))
        assert (status, "没有编号或标题为“nothing”的表单" in printed) == (1, True), printed
        other = folder / "other.md"
        other.write_text(GOOD.replace("| 日常 |", "| 职能 |"), encoding="utf-8")
        status, printed = await operator(deployment, "publish", str(other), *files, "--unit", "二公司")
        assert (status, "另一个层级" in printed) == (1, True), printed

"""`qingfeng people import|template` as an operator uses it."""

import asyncio
import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import col
from typer.testing import CliRunner

from bot import people_import
from bot.cli import app
from bot.people_import import read_roster
from handlers.forms.faults import WorkbookError
from handlers.people.layout import GUIDE_SHEET, LAYOUTS, WORDS_SHEET
from handlers.people.template import EXAMPLES, people_template
from storage.database import Database
from storage.models import Notice, Person
from storage.people import Standing
from tests import forking
from tests.bot.processes import environment
from tests.conftest import CANNOT
from tests.handlers.people.books import GOOD, Rows, changed, write
from tests.servers import PostgresServer
from tests.templates import Templates
from tests.world import START, settings_for

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PEOPLE = tuple(GOOD["人员"])
EMPTY: Templates[None] = Templates()


async def nothing() -> None:
    """Leave the database as it was migrated."""


@pytest.fixture(params=["sqlite", "postgres"])
def operator(request: pytest.FixtureRequest, tmp_path: Path) -> Mapping[str, str]:
    """The environment of an operator of a migrated, empty database."""
    changes: dict[str, str] = {}
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        changes["database_url"] = server.database()
    settings = settings_for(tmp_path, 1, 2, **changes)
    asyncio.run(EMPTY.copied(settings.database, nothing))
    found = {name: value for name, value in environment(settings).items() if name.startswith("QF_")}
    return {**found, "DATABASE": settings.database}


def people(operator: Mapping[str, str], *arguments: str | Path, says: str | None = None) -> tuple[int, str]:
    """Exit status and what was printed; `says`: what is typed."""
    ended = CliRunner().invoke(app, ["people", *map(str, arguments)], env={"COLUMNS": "200", **operator}, input=says)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


def standing(operator: Mapping[str, str]) -> Standing:
    async def read() -> Standing:
        async with Database(operator["DATABASE"]) as database:
            return await database.people.standing()

    return asyncio.run(read())


def test_a_dry_run_writes_nothing_and_an_import_happens_once(operator: Mapping[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "people.xlsx")
    status, printed = people(operator, "import", file, "--dry-run")
    assert (status, standing(operator)) == (0, Standing(0)), printed
    assert "新增人员 3 项\n  李纪（L1） 集团\n" in printed
    assert "以上共 12 项改动。这是预演" in printed
    status, printed = people(operator, "import", file, says="n\n")
    assert (status, "没有写入。" in printed, standing(operator)) == (1, True, Standing(0))
    status, printed = people(operator, "import", file)
    assert (status, "没有写入。" in printed) == (1, True), "nobody is there to say yes"
    status, printed = people(operator, "import", file, says="y\n")
    assert (status, "已导入：12 项改动，一次写入。" in printed) == (0, True), printed
    assert "qingfeng people invite 工号" in printed
    after = standing(operator)
    assert len(after.persons) == 3
    status, printed = people(operator, "import", file, "--yes")
    assert (status, "没有变化" in printed, standing(operator)) == (0, True, after)


def test_faults_are_lines_and_nothing_is_written(operator: Mapping[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "people.xlsx", changed(人员=(*PEOPLE, ("A1", "他[red]人", "集团", "123", None, "Z9"))))
    status, printed = people(operator, "import", file, "--yes")
    assert status == 1
    assert printed.splitlines() == [
        "没有导入，共 2 处要改：",
        "人员 第 5 行 手机号 手机号应是 11 位数字、以 1 开头，这里有 3 位；请改正，不知道就空着",
        "人员 第 5 行 工号 工号 A1 和第 3 行重复；一个工号就是一个人，请删去一行或改正工号。",
    ]
    assert standing(operator) == Standing(0)


def test_no_telephone_number_is_printed_in_full(operator: Mapping[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "people.xlsx")
    _, first = people(operator, "import", file, "--yes", "--all")
    moved = ("A1", "王建国", "一公司", "13811119999", None, None)
    file = write(tmp_path / "people.xlsx", changed(人员=(PEOPLE[0], moved, PEOPLE[2])))
    _, second = people(operator, "import", file, "--yes", "--all")
    assert "转岗 1 项\n  王建国（A1）：单位 二公司 → 一公司；手机号 138****1234 → 138****9999" in second
    assert "聘任结束 1 项" in second
    for number in ("13800001234", "13900005678", "13811119999"):
        assert number not in first + second


def test_a_number_given_to_somebody_else_is_warned_of_before_the_question(
    operator: Mapping[str, str], tmp_path: Path
) -> None:
    """What stands under the number went to the newcomer without a word."""
    people(operator, "import", write(tmp_path / "people.xlsx"), "--yes")
    file = write(tmp_path / "people.xlsx", changed(人员=(("L1", "钱新来", "集团"), *PEOPLE[1:])))
    for arguments in (("--dry-run",), ()):
        status, printed = people(operator, "import", file, *arguments, says="n\n")
        assert "工号 L1 登记的是“李纪”，这里改成了“钱新来”，名下还有：纪检职务。" in printed
        assert "姓名 李纪 → 钱新来【请核对是不是同一个人：纪检职务会跟着这个工号走】" in printed
        assert "其中 1 个工号换了姓名" in printed
    assert printed.index("其中 1 个工号换了姓名") < printed.index("现在写入吗")
    assert (status, standing(operator).persons[0].name) == (1, "李纪")


def test_long_differences_are_shortened(operator: Mapping[str, str], tmp_path: Path) -> None:
    more: Rows = [(f"N{place}", f"人{place}", "一公司") for place in range(30)]
    file = write(tmp_path / "people.xlsx", changed(人员=(*PEOPLE, *more)))
    _, printed = people(operator, "import", file, "--dry-run")
    assert "人29" not in printed and "还有 13 项（加 --all 全部列出）" in printed
    _, printed = people(operator, "import", file, "--dry-run", "--all")
    assert "人29（N29） 一公司" in printed


def test_who_is_not_in_the_file_stays(operator: Mapping[str, str], tmp_path: Path) -> None:
    people(operator, "import", write(tmp_path / "people.xlsx"), "--yes")
    before = standing(operator)
    file = write(tmp_path / "less.xlsx", {"单位": GOOD["单位"], "人员": PEOPLE[:2]})
    status, printed = people(operator, "import", file, "--yes")
    assert (status, standing(operator)) == (0, before), printed
    assert "表里没有、保持原样的人员 1 项\n  陈晓（102） 二公司/项目部" in printed


def notices(operator: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Who is to be told of which appointment: name, unit, level."""

    async def read() -> list[tuple[str, str, str]]:
        async with Database(operator["DATABASE"]) as database, database.administration("test", START) as session:
            query = select(col(Person.name), col(Notice.body)).join(Person, col(Person.id) == col(Notice.person_id))
            found = (await session.execute(query.order_by(col(Notice.id)))).all()
            return [(row.name, row.body["unit"], row.body["level"]) for row in found]

    return asyncio.run(read())


def test_newly_appointed_people_are_asked_for_the_briefing_but_not_a_whole_group_at_first(
    operator: Mapping[str, str], tmp_path: Path
) -> None:
    """Who was appointed by chat was told, who was appointed by a workbook never was."""
    status, printed = people(operator, "import", write(tmp_path / "first.xlsx"), "--yes")
    assert status == 0
    assert (
        "新聘任的 2 人不会收到《廉洁风险交底确认》的通知（业务库里还没有聘任，算第一次登记；要通知加 --briefing）"
        in printed
    )
    assert notices(operator) == []
    more = [*GOOD["聘任"], ("L1", "职能", "集团", "2026-01-01", None), ("A1", "日常", "二公司", "2025-1-1", "2025-2-1")]
    file = write(tmp_path / "more.xlsx", changed(聘任=more))
    status, printed = people(operator, "import", file, "--dry-run")
    assert "写入后会通知新聘任的 1 人填《廉洁风险交底确认》（不通知加 --no-briefing）" in printed
    assert notices(operator) == []
    people(operator, "import", file, "--yes")
    assert notices(operator) == [("李纪", "集团", "functional")], "what is over already asks for nothing"
    people(operator, "import", file, "--yes")
    assert len(notices(operator)) == 1
    file = write(tmp_path / "quiet.xlsx", changed(聘任=[*more, ("102", "日常", "二公司/项目部", "2026-1-1", None)]))
    status, printed = people(operator, "import", file, "--yes", "--no-briefing")
    assert "新聘任的 1 人不会收到《廉洁风险交底确认》的通知（按 --no-briefing；" in printed
    assert len(notices(operator)) == 1


def test_transferred_people_are_asked_for_the_briefing_unless_the_operator_says_no(
    operator: Mapping[str, str], tmp_path: Path
) -> None:
    """Who was transferred by chat was asked, who was transferred by a workbook never was."""
    people(operator, "import", write(tmp_path / "first.xlsx"), "--yes")
    there = changed(人员=(PEOPLE[0], ("A1", "王建国", "一公司", None, None, None), PEOPLE[2]))
    status, printed = people(operator, "import", write(tmp_path / "quiet.xlsx", there), "--yes", "--no-briefing")
    assert "调动的 1 人不会收到《廉洁风险交底确认》的通知（按 --no-briefing；" in printed
    assert (status, notices(operator)) == (0, [])
    back = changed(聘任=[*GOOD["聘任"], ("L1", "职能", "集团", "2026-01-01", None)])
    status, printed = people(operator, "import", write(tmp_path / "back.xlsx", back), "--yes")
    assert "写入后会通知新聘任的 1 人、调动的 1 人填《廉洁风险交底确认》（不通知加 --no-briefing）" in printed
    assert (status, sorted(notices(operator))) == (0, [("李纪", "集团", "functional"), ("王建国", "集团 / 二公司", "")])


def test_a_first_import_may_ask_for_the_briefing(operator: Mapping[str, str], tmp_path: Path) -> None:
    people(operator, "import", write(tmp_path / "first.xlsx"), "--yes", "--briefing")
    assert [name for name, *_ in notices(operator)] == ["王建国", "陈晓"]


def test_an_import_that_is_killed_leaves_nothing_half(operator: Mapping[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "people.xlsx")
    for step in (0, 2, 4, 5):
        command = ["tests.bot.killed_import", str(file), operator["DATABASE"], str(step)]
        ended = forking.run(command, os.environ)
        assert ended.returncode == -signal.SIGKILL, (step, ended.stderr[-500:])
        assert standing(operator) == Standing(0), step
    status, printed = people(operator, "import", file, "--yes")
    assert (status, "已导入" in printed) == (0, True), printed


def test_the_template_can_be_filled_and_imported(operator: Mapping[str, str], tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    status, printed = people(operator, "template", file)
    assert (status, "模板已写到" in printed) == (0, True), printed
    status, printed = people(operator, "import", file)
    assert (status, "一行内容也没有" in printed) == (1, True), "an empty template is no import"
    fill(file)
    status, printed = people(operator, "import", file, "--yes")
    assert (status, "已导入" in printed) == (0, True), printed
    assert len(standing(operator).persons) == 3
    status, printed = people(operator, "template", tmp_path / "a.xls")
    assert (status, ".xlsx" in printed) == (1, True)
    status, printed = people(operator, "template", tmp_path / "no" / "a.xlsx")
    assert (status, "写不进去" in printed) == (1, True)


def fill(file: Path) -> None:
    """Type the examples of the instructions into the sheets, as an author would."""
    book = load_workbook(file)
    for layout in LAYOUTS:
        for row, cells in enumerate(EXAMPLES[layout.name], start=2):
            for column, text in enumerate(cells, start=1):
                if text:
                    book[layout.title].cell(row, column).value = text
    book.save(file)


def test_the_drop_downs_of_the_template(tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    file.write_bytes(people_template())
    book = load_workbook(file)
    assert book.sheetnames == [*(layout.title for layout in LAYOUTS), GUIDE_SHEET, WORDS_SHEET]
    rules = {
        (sheet.title, str(rule.sqref).split("2:")[0]): rule.formula1
        for sheet in book
        for rule in sheet.data_validations.dataValidation
    }
    assert rules["人员", "C"] == "=单位!$A$2:$A$100001"
    assert rules["聘任", "A"] == rules["请假", "D"] == "=人员!$A$2:$A$100001"
    offered = book[WORDS_SHEET]["A"]
    assert [cell.value for cell in offered if cell.value] == ["集团", "子公司", "部门", "场站"]
    for layout in LAYOUTS:
        assert all(cell.comment for cell in book[layout.title][1])


def test_libreoffice_opens_the_template_and_what_it_saves_can_be_imported(tmp_path: Path) -> None:
    if OFFICE is None:
        pytest.skip(f"{CANNOT}spreadsheets in LibreOffice (no soffice on PATH)")
    file = tmp_path / "template.xlsx"
    file.write_bytes(people_template())
    fill(file)
    convert(file, tmp_path, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1")
    for layout in LAYOUTS:
        with (tmp_path / "out" / f"template-{layout.title}.csv").open(encoding="utf-8", newline="") as opened:
            header, *rows = csv.reader(opened)
        assert header == [field.words[0] for field in layout.fields]
        assert [tuple(row) for row in rows] == list(EXAMPLES[layout.name])
    convert(file, tmp_path, "xlsx")
    saved = read_roster(tmp_path / "out" / "template.xlsx")
    assert (saved.faults, saved.notices) == ([], [])
    assert saved.persons == read_roster(file).persons


def convert(file: Path, folder: Path, to: str) -> None:
    """Let LibreOffice open a workbook and save it as something else."""
    subprocess.run(
        [
            str(OFFICE),
            f"-env:UserInstallation=file://{folder}/profile",
            *("--headless", "--convert-to", to, "--outdir", str(folder / "out"), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=100,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [("MAX_MEMORY", 10_000_000, "内存不够|没能读完"), ("MAX_SECONDS", 0, "规定时间|没能读完")],
)
def test_reading_has_limits(limit: str, value: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "people.xlsx")
    program = f"import sys; from handlers.people import child; child.{limit} = {value}; sys.exit(child.main())"
    monkeypatch.setattr(people_import, "_COMMAND", (sys.executable, "-c", program))
    with pytest.raises(WorkbookError, match=says):
        read_roster(file)


def test_a_reading_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_import, "WALL_SECONDS", 0.05)
    with pytest.raises(WorkbookError, match="规定时间"):
        read_roster(write(tmp_path / "people.xlsx"))


def test_dates_of_cells_come_through_the_child(tmp_path: Path) -> None:
    found = read_roster(write(tmp_path / "people.xlsx"))
    assert [(one.starts_on, one.ends_on) for one in found.appointments] == [
        ("2026-01-01", None),
        ("2026-03-01", "2026-12-31"),
    ]
    assert date.fromisoformat(found.leaves[0].starts_on) == date(2026, 7, 1)


@pytest.mark.parametrize("content", [b"", b"PK", b"\xd0\xcf\x11\xe0"])
def test_a_broken_file_is_one_line(content: bytes, tmp_path: Path, operator: Mapping[str, str]) -> None:
    file: Any = tmp_path / "broken.xlsx"
    file.write_bytes(content)
    status, printed = people(operator, "import", file)
    assert status == 1
    assert printed.splitlines()[-1].startswith("文件打不开，可能已损坏或加了密码")


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_hundred_thousand_people(operator: Mapping[str, str], tmp_path: Path) -> None:
    """In bounded memory (the child's own limit) and in time, on a workbook as large as is taken."""
    units: Rows = (("集团",), *((f"公司{place}", "集团") for place in range(1_000)))
    staff: Rows = [
        (
            f"N{place}",
            f"人{place}",
            f"公司{place % 1_000}",
            13800000000 + place,
            None,
            f"N{place // 20}" if place else None,
        )
        for place in range(100_000)
    ]
    file = write(tmp_path / "people.xlsx", {"单位": units, "人员": staff})
    started = time.monotonic()
    status, printed = people(operator, "import", file, "--yes")
    assert (status, "已导入：101001 项改动" in printed) == (0, True), printed[-500:]
    status, printed = people(operator, "import", file, "--yes")
    assert (status, "没有变化" in printed) == (0, True), printed[-500:]
    assert time.monotonic() - started < 300
    file = write(tmp_path / "people.xlsx", {"单位": units, "人员": [*staff, ("X", "多一人", "集团")]})
    status, printed = people(operator, "import", file, "--yes")
    assert (status, "人员 第 100002 行 行数太多了" in printed) == (1, True), printed[-500:]

"""`qingfeng classify` and `qingfeng lexicon …` as programs and operators use them."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import text_cli
from bot.cli import app
from handlers.understanding import as_classified
from nlp.classifier import Classifier
from storage.commands import CorrectMessage, EditLexicon, LabelsCorrected, LexiconEdited, NewFinding
from storage.database import Database
from storage.upgrade import upgrade
from tests.storage.conftest import CODE_KEY, NOW, World, populate
from tests.storage.texts import classified, labels, recorded, seen

SECRETS = {"QF_WECHAT_TOKEN": "t", "QF_WECHAT_APPID": "wx1", "QF_WECHAT_SECRET": "s", "QF_WECHAT_MODE": "plain"}


def qingfeng(*arguments: str, stdin: str | bytes = "", env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit status and what was printed."""
    ended = CliRunner().invoke(app, arguments, input=stdin, env={"COLUMNS": "200", **(env or {})})
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A small group on SQLite, where a command without more settings finds it."""
    url = f"sqlite+aiosqlite:///{tmp_path}/records.db"
    upgrade(url)
    async with Database(url, number_key=CODE_KEY) as database:
        yield await populate(database)


async def operator(folder: Path, *arguments: str) -> tuple[int, str]:
    """A command with the settings of the records in this folder."""
    env = {**SECRETS, "QF_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/records.db", "QF_DATA_DIR": str(folder)}
    return await asyncio.to_thread(qingfeng, *arguments, env=env)


def test_classify_answers_each_line() -> None:
    lines = [{"id": "a", "text": "采购员收了供应商两万块现金"}, {"id": 7, "text": "谢谢你们"}, {"id": None, "text": ""}]
    status, printed = qingfeng("classify", stdin="\n\n".join(map(json.dumps, lines)) + "\n")
    found: list[dict[str, Any]] = [json.loads(line) for line in printed.splitlines()]
    assert status == 0
    assert [each["id"] for each in found] == ["a", 7, None]
    assert [each["intent"] for each in found] == ["report", "thanks", "other"]
    assert found[0]["disciplines"] == ["廉洁纪律"]
    assert (found[0]["severity"], found[0]["negated"]) == ("high", False)
    assert {"label", "words", "start", "end", "clause", "weight", "source"} == found[0]["evidence"][0].keys()
    assert found[2] == {"id": None, **labels(intent="other", fields=[]), "evidence": []}


GOOD = json.dumps({"id": 1, "text": "谢谢"}).encode()
BAD = (
    ("不是 JSON".encode(), "不是 {"),
    (b'{"id": 1, text: "a"}', "从第 11 个字符起读不懂"),
    (b"[1]", "要用花括号括起来"),
    (b'"text"', "要用花括号括起来"),
    (b'{"id": 1}', "没有写 text"),
    (b'{"id": 1, "text": 5}', "text 不是文字"),
    (b"[" * 100_000, "括号套得太深"),
    (b'{"text": "a", "id": ' + b"9" * 5000 + b"}", "数字太长"),
    ("食堂太吵了".encode("gbk"), "不是 UTF-8 编码的文字（可能是 GBK"),
    (b"\xff\xfe", "不是 UTF-8 编码的文字"),
)
"""Lines that are none, and what is said of them."""


def classified_lines(stdin: bytes) -> tuple[int, list[Any], list[str]]:
    """Exit status, the ids that were answered on standard output, the lines on standard error."""
    ended = CliRunner().invoke(app, ["classify"], input=stdin, env={"COLUMNS": "200"})
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, [json.loads(line)["id"] for line in ended.stdout.splitlines()], ended.stderr.splitlines()


@pytest.mark.parametrize(("line", "told"), BAD)
def test_a_line_that_cannot_be_read_is_named_and_the_rest_is_answered(line: bytes, told: str) -> None:
    status, answered, said = classified_lines(b"\n".join((GOOD, line, GOOD)) + b"\n")
    assert (status, answered) == (1, [1, 1])
    assert len(said) == 2
    assert said[0].startswith("第 2 行读不了：")
    assert told in said[0]
    assert said[1] == "共有 1 行读不了，没有答复；其余 2 条已答复。"


def test_every_bad_line_is_named_by_its_number_in_the_file() -> None:
    """Empty lines count, and the last line needs no end."""
    status, answered, said = classified_lines(b"\r\n".join((b"", b"{", GOOD, b" ", b"[]", GOOD, b"x")))
    assert (status, answered) == (1, [1, 1])
    assert [line.split(" 行")[0] for line in said] == ["第 2", "第 5", "第 7", "共有 3"]


def test_good_lines_are_answered_the_same_beside_bad_ones() -> None:
    good = [json.dumps({"id": each, "text": text}).encode() for each, text in (("a", "食堂太吵了"), (2, "谢谢"))]
    runner = CliRunner()
    alone = runner.invoke(app, ["classify"], input=b"\n".join(good))
    beside = runner.invoke(app, ["classify"], input=b"\n".join((b"{", good[0], b"\xff", good[1], b"}")))
    assert (alone.exit_code, alone.stderr, beside.exit_code) == (0, "", 1)
    assert beside.stdout_bytes == alone.stdout_bytes


def test_marks_of_joined_files_and_their_line_ends_are_no_fault() -> None:
    """cat a.jsonl b.jsonl: each with a byte order mark, as Windows saves them."""
    mark = b"\xef\xbb\xbf"
    assert classified_lines(b"\r\n".join((mark + GOOD, mark + GOOD, mark, b""))) == (0, [1, 1], [])


def test_nobody_who_reads_the_answers_any_more_is_no_fault_to_be_told() -> None:
    """qingfeng classify < file | head: quiet, as other programs are."""
    command = [sys.executable, "-m", "bot.cli", "classify"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(text_cli.__file__).parents[1],
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        running.stdin.write((GOOD + b"\n") * 200)
        running.stdin.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1, "not everything was answered"


def test_half_of_a_character_does_not_end_the_run() -> None:
    status, printed = qingfeng(
        "classify", stdin='{"id": "\\ud800", "text": "\\ud800王经理受贿"}\n{"id": 2, "text": "谢谢"}\n'
    )
    assert status == 0
    assert [json.loads(line)["id"] for line in printed.splitlines()] == ["?", 2]


async def test_old_labels_are_made_anew_and_corrected_ones_stay(world: World, tmp_path: Path) -> None:
    """Classified by an older program: the one about the canteen was labelled as one about cars."""
    numbers = [
        await recorded(world, f"食堂的菜太咸了，建议第{n}食堂少放盐", now=NOW + timedelta(seconds=n)) for n in range(5)
    ]
    kept = CorrectMessage(numbers[3], {"fields": ["合同管理"]}, expected_version=1)
    assert isinstance(await world.does(kept, contact=world.officer_contact), LabelsCorrected)
    status, printed = await operator(tmp_path, "lexicon", "reclassify")
    assert status == 0, printed
    assert "重新分类了 4 条" in printed
    for place, number in enumerate(numbers):
        assert (await seen(world, number)).labels.current["fields"] == [["食堂后勤"], ["合同管理"]][place == 3]
    status, printed = await operator(tmp_path, "lexicon", "reclassify")
    assert (status, "没有要重新分类的" in printed) == (0, True)


async def test_a_word_of_staff_counts_when_labels_are_made_anew(world: World, tmp_path: Path) -> None:
    number = await recorded(world, "建议管一管围猎场那边")
    edit = EditLexicon("围猎场", ("公务接待",), 3, expected_version=0)
    assert isinstance(await world.does(edit, contact=world.officer_contact), LexiconEdited)
    assert (await operator(tmp_path, "lexicon", "reclassify"))[0] == 0
    found = (await seen(world, number)).labels
    assert "公务接待" in found.current["fields"]
    assert found.lexicon == 1


async def test_an_interrupted_run_goes_on_where_it_was(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [await recorded(world, f"食堂第{n}窗口排队太久，建议加人") for n in range(5)]
    monkeypatch.setattr(text_cli, "AT_ONCE", 2)
    relabelled, calls = text_cli._relabelled, []

    def broken(*given: Any) -> Any:
        calls.append(len(given[1]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return relabelled(*given)

    monkeypatch.setattr(text_cli, "_relabelled", broken)
    assert (await operator(tmp_path, "lexicon", "reclassify"))[0] != 0
    done = [(await seen(world, number)).labels.current["fields"] for number in numbers]
    assert done == [["食堂后勤"]] * 2 + [["车辆管理"]] * 3
    status, printed = await operator(tmp_path, "lexicon", "reclassify")
    assert (status, "重新分类了 3 条" in printed) == (0, True)


async def test_corrections_are_exported_without_personal_data(world: World, tmp_path: Path) -> None:
    number = await recorded(world, "建议换掉食堂的张经理，电话13812345678")
    correction = CorrectMessage(number, {"fields": ["食堂后勤"]}, expected_version=1)
    await world.does(correction, contact=world.officer_contact)
    target = tmp_path / "corrections.jsonl"
    assert (await operator(tmp_path, "lexicon", "corrections", str(target)))[0] == 0
    (line,) = target.read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert found["fields"] == ["食堂后勤"]
    assert "13812345678" not in found["text"] and "张经理" not in found["text"]
    status, printed = await operator(tmp_path, "lexicon", "corrections", str(tmp_path / "no" / "x.jsonl"))
    assert (status, "文件写不进去" in printed) == (1, True)


async def test_findings_are_classified_anew_with_their_area(world: World, tmp_path: Path) -> None:
    """As they were when the sheet was handed in."""
    finding = NewFinding("登记不全，没有人复核", area="食堂采购", classification=classified(1), classifier="old")
    number = await world.handed_in("d", findings=(finding,))
    assert (await operator(tmp_path, "lexicon", "reclassify"))[0] == 0
    sheet = await world.database.records(world.officer_contact, now=NOW).sheet(number)
    assert sheet is not None
    expected = Classifier.load().classify(as_classified(finding.text, finding.area)).labels()
    assert sheet.findings[0].labels.current == expected
    assert expected["fields"] != Classifier.load().classify(finding.text).labels()["fields"]

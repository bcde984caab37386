"""`qingfeng classify` and `qingfeng lexicon …` as programs and operators use them."""

import asyncio
import json
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


@pytest.mark.parametrize("line", ["不是 JSON", "[1]", '"text"', '{"id": 1}', '{"id": 1, "text": 5}', "[" * 100_000])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    good = json.dumps({"id": 1, "text": "谢谢"})
    status, printed = qingfeng("classify", stdin=f"{good}\n{line}\n")
    assert status == 2
    assert "第 2 行读不了：不是 {" in printed
    assert "前面已答复 1 条" in printed
    assert json.loads(printed.splitlines()[0])["intent"] == "thanks", "what came before is answered"


def test_a_line_without_a_text_says_what_is_missing() -> None:
    status, printed = qingfeng("classify", stdin='{"id": 1}\n')
    assert (status, "没有写 text" in printed) == (2, True)


def test_what_is_no_utf_8_is_named_and_a_mark_at_the_beginning_is_none() -> None:
    good = json.dumps({"id": 1, "text": "谢谢"}).encode()
    status, printed = qingfeng("classify", stdin=b"\xef\xbb\xbf" + good + b"\n\xff\xfe\n")
    assert (status, "第 2 行读不了" in printed) == (2, True)
    assert json.loads(printed.splitlines()[0])["intent"] == "thanks"


def test_input_in_gbk_is_told_in_a_sentence_and_how_many_lines_were_answered() -> None:
    """It showed the error of Python's codec."""
    lines = [json.dumps({"id": number, "text": "谢谢"}) for number in (1, 2)]
    spoilt = json.dumps({"id": 3, "text": "食堂太吵了"}, ensure_ascii=False).encode("gbk")
    status, printed = qingfeng("classify", stdin="\n\n".join(lines).encode() + b"\n" + spoilt + b"\n")
    assert status == 2
    assert "第 4 行读不了：这一行不是 UTF-8 编码的文字（可能是 GBK）" in printed
    assert "前面已答复 2 条" in printed
    assert "codec" not in printed
    assert [json.loads(line)["id"] for line in printed.splitlines()[:2]] == [1, 2]
    status, printed = qingfeng("classify", stdin=spoilt)
    assert (status, "前面已答复 0 条" in printed) == (2, True)


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

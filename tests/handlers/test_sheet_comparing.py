"""The result of a comparison holds for a moment, for the same answers; and insisting compares nothing again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.forms.purposes import Purpose
from handlers.sheet_comparing import AGAIN, kept, recalled
from handlers.sheet_quality import FreeText, Reason, concern
from storage.records import Records
from tests.handlers.desk import Office
from tests.handlers.quality_forms import PROBLEM, fills, number_in, observer, publish, submits

NOW = datetime(2026, 11, 13, 2, 0, tzinfo=UTC)
TEXT = FreeText("/data/problem", 2, "发现了什么问题？", PROBLEM, required=True, purpose=Purpose.FINDING)
OTHER = FreeText("/data/measure", 3, "采取了什么措施？", "已经约谈工程部经理")


def test_the_copies_come_back_as_they_were() -> None:
    copies = (
        replace(concern(TEXT, Reason.OTHER_COPY), score=0.9, sheet="GC26-0000187", unit="一公司", at=NOW),
        replace(concern(OTHER, Reason.OWN_COPY), score=1.0, same_figures=False, sheet="GC26-0000179"),
    )
    memory = kept((TEXT, OTHER), copies, NOW)
    assert recalled(memory, (TEXT, OTHER), NOW + AGAIN) == copies
    assert recalled(memory, (TEXT, OTHER), NOW + AGAIN + timedelta(seconds=1)) is None
    assert recalled(memory, (TEXT, OTHER), NOW - timedelta(seconds=1)) is None
    assert recalled(memory, (TEXT, replace(OTHER, text="约谈了")), NOW) is None
    assert recalled(memory, (TEXT,), NOW) is None


@pytest.mark.parametrize("memory", [None, [], {}, "old", {"of": 1, "at": "x"}])
def test_a_memory_that_cannot_be_read_means_to_compare(memory: object) -> None:
    assert recalled(memory, (TEXT,), NOW) is None
    broken = {**kept((TEXT,), (), NOW), "found": [["/data/gone", "own_copy", 1, None, "", "", None]]}
    assert recalled(broken, (TEXT,), NOW) is None


class Counting:
    """Counts how often the records are asked for sketches."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        asked = Records.text_sketches

        async def counted(records: Records, *given: Any, **more: Any) -> Any:
            self.times += 1
            return await asked(records, *given, **more)

        monkeypatch.setattr(Records, "text_sketches", counted)


async def test_insisting_compares_nothing_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await publish(office)
    other = await submits(await observer(office, "陈晓", "一公司"))
    wang = await observer(office, "王建国", "二公司")
    await fills(wang, 采取了什么措施="收回代签权限，由安全部每周抽查签字记录")
    counting = Counting(monkeypatch)
    await wang.says("提交")
    wang.sees("第 2 题", "几乎相同")
    await wang.says("提交")
    wang.sees("第 2 题", "几乎相同")
    await wang.taps("就按这样提交")
    assert counting.times == 1
    officer = await office.officer("李敏", "清源集团")
    await officer.says(f"查 {number_in(wang)}")
    officer.sees(f"第 2 题与“一公司”的 {other}", "相似度 100%", "填报人选择按原样提交")


async def test_after_a_while_or_an_edit_it_is_compared_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await publish(office)
    await submits(await observer(office, "陈晓", "一公司"))
    wang = await observer(office, "王建国", "二公司")
    await fills(wang, 采取了什么措施="asdfghjkl")
    counting = Counting(monkeypatch)
    await wang.says("提交")
    wang.sees("第 3 题")
    await wang.says("收回代签权限，由安全部每周抽查签字记录")
    await wang.says("提交")
    wang.sees("第 2 题", "几乎相同")
    assert counting.times == 2
    office.passes(minutes=11)
    await wang.says("就按这样提交")
    wang.sees("已提交")
    assert counting.times == 3

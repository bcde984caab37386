"""Reviewed levels before a comment, as officers type them, and comments that only look like them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.staff.levels import read
from tests.effort import grows_in_step


@pytest.mark.parametrize(
    ("typed", "levels", "comment"),
    [
        ("第2项高", {2: "high"}, ""),
        ("2高 3中 写得实", {2: "high", 3: "medium"}, "写得实"),
        ("2高 第3項為中 寫得實", {2: "high", 3: "medium"}, "寫得實"),
        ("2高3中", {2: "high", 3: "medium"}, ""),
        ("２高，３中。写得实", {2: "high", 3: "medium"}, "写得实"),
        ("第2项高，第3项中，第4项低 请盯紧", {2: "high", 3: "medium", 4: "low"}, "请盯紧"),
        ("第2、3项高", {2: "high", 3: "high"}, ""),
        ("2和3高", {2: "high", 3: "high"}, ""),
        ("第二项为中，其余同意", {2: "medium"}, "其余同意"),
        ("第2项：高风险", {2: "high"}, ""),
        ("第 2 项 改为 低 理由充分", {2: "low"}, "理由充分"),
        ("1.高 2.低", {1: "high", 2: "low"}, ""),
        ("2 高 2 高", {2: "high"}, ""),
        ("2高 2. 措施要落实", {2: "high"}, "2. 措施要落实"),
        ("第1000项高", {1000: "high"}, ""),
        ("第2项高：依据充分", {2: "high"}, "依据充分"),
        ("1高（已核）", {1: "high"}, "（已核）"),
        ("第2项高？", {2: "high"}, ""),
        ("第2项高😀", {2: "high"}, "😀"),
        ("第2至4项高", {2: "high", 3: "high", 4: "high"}, ""),
        ("第2-3项高", {2: "high", 3: "high"}, ""),
        ("第4～2项高", {2: "high", 3: "high", 4: "high"}, ""),
        ("第2项到第3项、第5项高", {2: "high", 3: "high", 5: "high"}, ""),
        ("2-3高", {2: "high", 3: "high"}, ""),
        ("第2-999999项高", {2: "high", 999999: "high"}, ""),
        ("第1、2项均为高", {1: "high", 2: "high"}, ""),
        ("第1项和第2项都是中", {1: "medium", 2: "medium"}, ""),
        ("第2项高改为中", {2: "medium"}, ""),
        ("1高；第2项由低改高", {1: "high", 2: "high"}, ""),
        ("第2项风险等级为高，同意", {2: "high"}, "同意"),
        ("1高和2中", {1: "high", 2: "medium"}, ""),
        ("1高 高度重视", {1: "high"}, "高度重视"),
    ],
)
def test_levels_in_all_spellings(typed: str, levels: dict[int, str], comment: str) -> None:
    found = read(typed)
    assert found._replace(levels=()) == ((), "", comment, "", "")
    assert dict(found.levels) == levels


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("第2项特高", "特高"),
        ("2很高，请注意", "很高"),
        ("第2项严重", "严重"),
        ("第1项一般", "一般"),
        ("第2项中高", "中高"),
        ("第2项紫", "紫"),
        ("1高 2大", "大"),
        ("2 A级", "a级"),
        ("2 high", "high"),
        ("第2项特高：依据充分", "特高"),
        ("第2项定为严", "严"),
    ],
)
def test_a_word_in_the_place_of_a_level(typed: str, word: str) -> None:
    assert read(typed).strange == word


@pytest.mark.parametrize(("typed", "number"), [("第百项高", "百"), ("第十十项高", "十十"), ("1高 第2、百项中", "百")])
def test_numerals_that_are_no_number(typed: str, number: str) -> None:
    """The turn ended with a ValueError once."""
    assert read(typed).unknown == number


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("第2题高", "第2题高"),
        ("第2點高", "第2點高"),
        ("12月底前完成，第2项高", "第2项高"),
        ("写得实，2高", "2高"),
        ("1高（已核），2中", "2中"),
        ("1高 写得实。第2项由低改高", "第2项由低改高"),
        ("第1项，第2项高", "第2项高"),
        ("第2项、3高", "3高"),
        ("第2项高、中", "第2项高、中"),
        ("第2项高（中）", "第2项高（中）"),
        ("第2项高或中", "第2项高或中"),
        ("第2项高/低", "第2项高/低"),
        ("第2项（高）", "第2项（高）"),
        ("第2项高依据充分，同意", "第2项高依据充分"),
        ("第2项高风险已核", "第2项高风险已核"),
        ("第2项中改低吧", "第2项中改低吧"),
        ("第2项风险高", "第2项风险高"),
        ("第2项我看应定为高。", "第2项我看应定为高"),
        ("请把第2项调低，谢谢", "第2项调低"),
        ("高：第2项", "高：第2项"),
    ],
)
def test_a_level_that_is_not_read_is_told(typed: str, words: str) -> None:
    """It would be lost, for an acceptance is final."""
    assert read(typed).unread == words


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "高",
        "2",
        "第2项",
        "第2项高度重视",
        "第2项写得很实",
        "第2项很好，继续",
        "第2项好",
        "第2项中间环节还要细化",
        "2高1低的评价很中肯",
        "2个高风险点都写到了",
        "2高风险点写得好",
        "3中全会精神要学习",
        "三中 全会",
        "1中心两个基本点",
        "2026年的数字请核对",
        "3天内报方案",
        "1、措施实；2、责任清",
        "1、一般：措施要细；2、无（见附件）",
        "第1项到位",
        "第1项补",
        "第1项到位，第2项补",
        "第2项高标准落实",
        "第2项高风险点写得好",
        "第2项中提到的措施很好",
        "第2项（中石化加油卡）写得实",
        "第2项由中改为两人签字",
        "第2项正在整改中",
        "第2项质量有待提高，第3项水平较高",
        "写得实，第2项低价中标的事要跟进",
    ],
)
def test_ordinary_comments_set_no_level(comment: str) -> None:
    assert read(comment) == ((), "", comment, "", "")


@settings(max_examples=80, database=None, deadline=None)
@given(st.text("第2两3百项题高中低、, 至-由改为好（：x", max_size=40))
def test_any_text_is_survived(text: str) -> None:
    found = read(text)
    assert text.endswith(found.comment)
    assert all(level in {"high", "medium", "low"} for _, level in found.levels) or found.strange
    assert found.levels or found.unknown or found.comment == text


@pytest.mark.parametrize(
    ("start", "piece", "end"),
    [("", "第1、", ""), ("", "第1项、", ""), ("", "1、", ""), ("1", " ", "x"), ("", "第一二三四", "")],
)
def test_long_texts_are_read_at_once(start: str, piece: str, end: str) -> None:
    """Repetitions inside one another would take hours."""
    quarter, whole = (start + piece * (length // len(piece)) + end for length in (500, 2_000))
    assert grows_in_step(read, quarter, whole)

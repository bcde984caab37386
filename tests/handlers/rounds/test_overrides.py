"""The operator's file of days off and working days."""

import re
from datetime import date
from pathlib import Path

import pytest

from handlers.rounds.overrides import Override, read_overrides


def test_a_file_is_read_with_everything_that_editors_put_into_it() -> None:
    text = (
        "\ufeff日期，类型，名称\r\n# 2027 年\r\n\r\n2027-01-01,休,元旦\r\n2027/2/6，休，春节 # 除夕\r\n"
        '2027年2月20日,班\r\n"2027-05-01","休","五一\r\n２０２７．１０．１\t休\t国庆节、中秋节\r\n2027-10-9,班,,\r\n'
    )
    assert read_overrides(text) == {
        date(2027, 1, 1): Override(False, "元旦"),
        date(2027, 2, 6): Override(False, "春节"),
        date(2027, 2, 20): Override(True, ""),
        date(2027, 5, 1): Override(False, "五一"),
        date(2027, 10, 1): Override(False, "国庆节、中秋节"),
        date(2027, 10, 9): Override(True, ""),
    }


@pytest.mark.parametrize("text", ["", "\ufeff", "# 空的\n\n", "日期,类型,名称\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    assert read_overrides(text) == {}


def test_all_faults_are_told_with_their_rows() -> None:
    text = (
        "日期,类型,名称\n2027-02-30,休,春节\n# 注\n明天,休\n2027-01-01,放假\n2027-01-02\n2027-01-03,休\n2027-1-3,班\n"
    )
    with pytest.raises(ValueError, match="第") as caught:
        read_overrides(text)
    assert str(caught.value).splitlines() == [
        "第 2 行：没有“2027-02-30”这一天，请核对。",
        "第 4 行：没看懂日期“明天”，请写成 2027-10-01 这样。",
        "第 5 行：类型“放假”不对，请写“休”（放假）或“班”（上班）。",
        "第 6 行：一行要写“日期,类型,名称”，例如 2027-10-01,休,国庆。这一行是“2027-01-02”。",
        "第 8 行：2027-01-03 和第 7 行重复，请删去一行。",
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2027-01-01,休,元旦,多余", "一行要写"),
        (f"2027-01-01,休,{'长' * 31}", "名称太长了（最多 30 个字）"),
        ("0000-01-01,休", "没有“0000-01-01”这一天"),
        ("27-01-01,休", "没看懂日期“27-01-01”"),
        ("2027-01-01,日期,", "类型“日期”不对"),
        ("2027-01-01,休\n" + "休" * 200_000, "第 2 行：这一行有 200000 个字"),
        ("2027-01-01,休\n日期,类型,名称", "第 2 行"),
    ],
)
def test_a_faulty_line_is_told(line: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_overrides(line)


def test_the_example_of_the_handbook_is_read() -> None:
    handbook = Path(__file__).parents[3] / "docs" / "handbook" / "operator.md"
    (example,) = re.findall(r"```csv\n(.*?)```", handbook.read_text(encoding="utf-8"), re.DOTALL)
    assert read_overrides(example) == {
        date(2027, 1, 1): Override(False, "元旦"),
        date(2027, 10, 1): Override(False, "国庆"),
        date(2027, 10, 9): Override(True, "国庆"),
    }

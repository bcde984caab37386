"""Every kind of question: what counts as an answer, what is shown of it, and what the conversation is told."""

from decimal import Decimal

import pytest

from handlers.forms import engine
from handlers.forms.form import Form, Kind
from handlers.forms.readable import env_of
from handlers.forms.views import Asked, FormState
from handlers.forms.workbook import WorkbookError, compile_workbook
from handlers.forms.xform import compile_form
from tests.handlers.forms.forms import NOW, by_name, fill, form_of

ALL = """
| survey |
| | type | name | label | parameters | 允许 | 最少字数 | body::max-files | guidance_hint |
| | text | text | 文字 | | 同上、无 | 20 | | 写清时间、地点、人员 |
| | time | time | 几点 | | | | | |
| | dateTime | moment | 何时 | | | | | |
| | range | score | 打分 | start=1 end=5 step=0.5 | | | | |
| | rank rk | order | 排序 | | | | | |
| | acknowledge | ok | 已阅读 | | | | | |
| | image | photo | 照片 | | | | | |
| | audio | voice | 录音 | | | | | |
| | video | film | 视频 | | | | | |
| | file | paper | 材料 | | | | 1 | |
| | geopoint | where | 位置 | | | | | |
| | barcode | code | 条码 | | | | | |
| | hidden | kept | | | | | | |
| | start | start | | | | | | |
| | today | today | | | | | | |
| | deviceid | device | | | | | | |
| | audit | audit | | | | | | |
| | start-geopoint | begun | 开始时的位置 | | | | | |
| choices |
| | list_name | name | label |
| | rk | a | 甲 |
| | rk | b | 乙 |
| | rk | c | 丙 |
"""


@pytest.fixture(scope="module")
def every() -> Form:
    return form_of(ALL)


def at(form: Form, name: str) -> FormState:
    return engine.goto(form, engine.begin(form, NOW), f"/data/{name}")


def asked(form: Form, state: FormState) -> Asked:
    found = engine.current(form, state)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("time", "10:30:00.000+08:00", "10:30"),
        ("time", "23:59", "23:59"),
        ("moment", "2026-11-21T10:30:00.000+08:00", "2026-11-21 10:30"),
        ("score", "3.5", "3.5"),
        ("score", "1", "1"),
        ("order", "b a c", "乙 > 甲 > 丙"),
        ("ok", "OK", "已确认"),
        ("photo", "aB3_-x.jpg", "1 张图片"),
        ("photo", "a b c", "3 张图片"),
        ("voice", "a", "1 段录音"),
        ("film", "a", "1 段视频"),
        ("paper", "a", "1 个文件"),
        ("where", "39.9 116.4 0.0 5.0", "纬度 39.9，经度 116.4"),
        ("where", "-39 116", "纬度 -39，经度 116"),
        ("code", "6901234567892", "6901234567892"),
    ],
)
def test_canonical_answers_are_kept_and_read_well(every: Form, name: str, value: str, shown: str) -> None:
    state = engine.answer(every, at(every, name), value, NOW)
    assert engine.values(every, state)[f"/data/{name}"] == value
    assert [line.text for line in engine.preview(every, state) if line.text] == [shown]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time", "25:00"),
        ("time", "10:30 "),
        ("moment", "2026-13-01T10:00:00.000+08:00"),
        ("moment", "2026-11-21"),
        ("score", "0.5"),
        ("score", "5.5"),
        ("score", "1.2"),
        ("score", "三"),
        ("order", "a b"),
        ("order", "a b c c"),
        ("order", "a b d"),
        ("ok", "yes"),
        ("photo", "../../etc/passwd"),
        ("photo", "a  b"),
        ("photo", " ".join("abcdefgh"[i % 8] + str(i) for i in range(31))),
        ("paper", "a b"),
        ("where", "91 0"),
        ("where", "0 181"),
        ("where", "39.9"),
        ("where", "甲 乙"),
        ("code", "1" * 6_000),
    ],
)
def test_anything_else_is_refused_in_chinese(every: Form, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        engine.answer(every, at(every, name), value, NOW)


def test_the_conversation_is_told_what_a_question_takes(every: Form) -> None:
    text = asked(every, at(every, "text"))
    assert (text.allows, text.least, text.guidance) == (frozenset({"same", "none"}), 20, "写清时间、地点、人员")
    score = asked(every, at(every, "score"))
    assert (score.start, score.end, score.step) == (Decimal(1), Decimal(5), Decimal("0.5"))
    assert [choice.value for choice in asked(every, at(every, "order")).choices] == ["a", "b", "c"]
    assert asked(every, at(every, "photo")).several
    assert not asked(every, at(every, "paper")).several


def test_what_a_device_would_fill_is_left_out(every: Form) -> None:
    values = engine.values(every, fill(every, {}))
    assert "/data/kept" in values
    assert not {"/data/start", "/data/today", "/data/device", "/data/begun"} & set(values)
    assert not any("meta" in ref for ref in values)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("geotrace | a | 线 | | | ", "geotrace"),
        ("geoshape | a | 面 | | | ", "geoshape"),
        ("text | a | 甲 | | 同前 | ", "允许"),
        ("text | a | 甲 | | | 很多", "最少字数"),
        ("text | a | 甲 | | | 2.5", "最少字数"),
        ("text | a | 甲 | | | -1", "最少字数"),
        ("rank six | a | 甲 | | | ", "最多 5 个"),
    ],
)
def test_what_the_engine_does_not_know_is_refused(row: str, says: str) -> None:
    choices = "\n".join(f"| | six | c{number} | 选{number} |" for number in range(6))
    with pytest.raises(WorkbookError, match=says):
        compile_workbook(
            "| survey |\n| | type | name | label | parameters | 允许 | 最少字数 |\n| | "
            f"{row} |\n| choices |\n| | list_name | name | label |\n{choices}\n"
        )


def test_a_range_without_a_step_is_refused() -> None:
    xml = compile_workbook(ALL).xml.replace('step="0.5"', 'step="0"')
    with pytest.raises(ValueError, match="step 不能为 0"):
        compile_form(xml)


READ_ONLY = """
| survey |
| | type | name | label | read_only | required | default |
| | select_one yn | locked | 锁定？ | | | |
| | text | name | 名称 | ${locked} = 'yes' | yes | 原名 |
| | text | last | 完 | | | |
"""


def test_a_condition_makes_a_question_read_only_while_it_holds() -> None:
    form = form_of(READ_ONLY)
    state = engine.answer(form, engine.begin(form, NOW), "yes", NOW)
    shown = asked(form, state)
    assert (shown.ref, shown.notes, shown.number, shown.total) == ("/data/last", ("名称：原名",), 2, 2)
    assert [line.ref for line in engine.preview(form, state)] == ["/data/locked", "/data/last"]
    assert engine.missing(form, state) == []
    assert engine.back(form, state).at == "/data/locked"
    with pytest.raises(ValueError, match="现在不需要"):
        engine.goto(form, state, "/data/name")
    state = engine.answer(form, engine.goto(form, state, 1), "no", NOW)
    assert (asked(form, state).ref, asked(form, state).total) == ("/data/name", 3)
    assert engine.values(form, state)["/data/name"] == "原名"


def test_what_is_being_asked_may_become_read_only_with_the_day() -> None:
    form = form_of("""
| survey |
| | type | name | label | read_only |
| | text | early | 早 | today() > date('2026-11-30') |
| | text | late | 晚 | |
""")
    state = engine.begin(form, NOW)
    assert state.at == "/data/early"
    assert engine.refresh(form, state, NOW.replace(month=12)).at == "/data/late"


def test_the_moment_comes_from_outside_and_is_kept_with_the_state() -> None:
    form = form_of("""
| survey |
| | type | name | label | calculation | constraint | default |
| | dateTime | when | 何时 | | . <= now() | now() |
| | calculate | begun | | once(now()) | | |
| | time | time | 几点 | | | now() |
""")
    state = engine.begin(form, NOW)
    values = engine.values(form, state)
    assert values == {
        "/data/when": "2026-11-21T10:30:00.000+08:00",
        "/data/begun": "2026-11-21T10:30:00.000+08:00",
        "/data/time": "10:30:00.000+08:00",
    }
    later = NOW.replace(hour=12)
    with pytest.raises(ValueError, match="不符合"):
        engine.answer(form, state, "2026-11-21T11:00:00.000+08:00", NOW)
    state = engine.answer(form, state, "2026-11-21T11:00:00.000+08:00", later)
    assert FormState.from_json(state.to_json()) == state
    assert engine.missing(form, state) == []
    assert engine.skip(form, state).moment == state.moment
    assert engine.values(form, state)["/data/begun"] == "2026-11-21T10:30:00.000+08:00"


def test_what_people_said_is_shown_until_the_answer_changes() -> None:
    form = form_of("""
| survey |
| | type | name | label | 用途 |
| | text | what | 问题 | 问题 |
| | integer | much | 金额（元） | 金额 |
""")
    state = fill(form, {"what": "超付"}, engine.begin(form, NOW))
    state = engine.answer(form, engine.goto(form, state, 2), "60000000", NOW, said="6000余万元")
    assert [line.text for line in engine.preview(form, state)] == ["超付", "6000余万元"]
    assert asked(form, engine.goto(form, state, 2)).value_text == "6000余万元"
    assert FormState.from_json(state.to_json()).said == {"/data/much": "6000余万元"}
    assert [finding.amount_fen for finding in engine.findings(form, state)] == [6_000_000_000]
    again = engine.answer(form, engine.goto(form, state, 2), "60000000", NOW)
    assert again.said == {}
    assert engine.answer(form, engine.goto(form, state, 2), "5", NOW).said == {}


def test_a_name_that_stands_in_several_rows_is_offered_by_any_of_them() -> None:
    form = form_of("""
| survey |
| | type | name | label | choice_filter |
| | select_one unit | unit | 单位 | |
| | select_one dept | dept | 部门 | unit = ${unit} |
| choices |
| | list_name | name | label | unit |
| | unit | a | 甲 | |
| | unit | b | 乙 | |
| | dept | office | 甲办公室 | a |
| | dept | pay | 财务 | a |
| | dept | office | 乙办公室 | b |
| settings |
| | allow_choice_duplicates |
| | yes |
""")
    state = engine.answer(form, engine.begin(form, NOW), "b", NOW)
    assert [choice.label for choice in asked(form, state).choices] == ["乙办公室"]
    state = engine.answer(form, state, "office", NOW)
    state = engine.answer(form, engine.goto(form, state, 1), "a", NOW)
    assert engine.values(form, state)["/data/dept"] == "office"
    assert [choice.label for choice in asked(form, engine.goto(form, state, 2)).choices] == ["甲办公室", "财务"]


@pytest.mark.parametrize("repeated", [False, True])
def test_a_name_that_stands_in_several_rows_reads_as_the_one_that_was_offered(repeated: bool) -> None:
    opens, closes = ("| | begin_repeat | r | 项 | | |", "| | end_repeat | | | | |") if repeated else ("", "")
    form = form_of(f"""
| survey |
| | type | name | label | choice_filter | calculation |
{opens}
| | calculate | before | | | jr:choice-name(${{dept}}, '${{dept}}') |
| | select_one unit | unit | 单位 | | |
| | select_one dept | dept | 部门 | unit = ${{unit}} | |
| | calculate | told | | | jr:choice-name(${{dept}}, '${{dept}}') |
| | text | why | ${{dept}}的情况 | | |
{closes}
| choices |
| | list_name | name | label | unit |
| | unit | a | 甲 | |
| | unit | b | 乙 | |
| | dept | office | 甲办公室 | a |
| | dept | office | 乙办公室 | b |
| settings |
| | allow_choice_duplicates |
| | yes |
""")
    state = engine.begin(form, NOW)
    for answer in ("b", "office"):
        state = engine.answer(form, state, answer, NOW)

    def shown() -> list[str]:
        values = by_name(form, state)
        line = next(line.text for line in engine.preview(form, state) if line.ref.endswith("/dept"))
        at_why = state._replace(at=next(ref for ref in form.leaves if ref.endswith("/why")))
        return [values["before"], values["told"], line, asked(form, at_why).label]

    assert shown() == ["乙办公室", "乙办公室", "乙办公室", "乙办公室的情况"]
    state = engine.answer(form, engine.goto(form, state, 1), "a", NOW)
    assert shown() == ["甲办公室", "甲办公室", "甲办公室", "甲办公室的情况"]


def test_choices_may_come_from_a_file_with_columns_of_its_own() -> None:
    csv = "code,title,kind\n1,一号线,地铁\n2,二号线,地铁\n3,三环路,公路\n"
    form = compile_form(
        compile_workbook(
            """
| survey |
| | type | name | label | parameters | choice_filter | calculation |
| | text | kind | 类别 | | | |
| | select_one_from_file lines.csv | line | 线路 | value=code label=title | kind = ${kind} | |
| | calculate | title | | | | instance('lines')/root/item[code = ${line}]/title |
""",
            {"lines.csv": csv.encode()},
        ).xml
    )
    state = engine.answer(form, engine.begin(form, NOW), "地铁", NOW)
    assert [(choice.value, choice.label) for choice in asked(form, state).choices] == [("1", "一号线"), ("2", "二号线")]
    state = engine.answer(form, state, "2", NOW)
    assert engine.values(form, state)["/data/title"] == "二号线"
    assert [line.text for line in engine.preview(form, state)] == ["地铁", "二号线"]


def test_choices_of_an_external_sheet_cascade_and_are_cleared() -> None:
    form = form_of("""
| survey |
| | type | name | label | choice_filter |
| | text | state | 省 | |
| | select_one_external cities | city | 市 | state = ${state} |
| external_choices |
| | list_name | name | label | state |
| | cities | hz | 杭州 | 浙 |
| | cities | nb | 宁波 | 浙 |
| | cities | nj | 南京 | 苏 |
| choices |
| | list_name | name | label |
| | yn | yes | 是 |
""")
    state = engine.answer(form, engine.begin(form, NOW), "浙", NOW)
    question = asked(form, state)
    assert (question.kind, [choice.label for choice in question.choices]) == (Kind.SELECT_ONE, ["杭州", "宁波"])
    with pytest.raises(ValueError, match="选项里没有"):
        engine.answer(form, state, "nj", NOW)
    state = engine.answer(form, state, "hz", NOW)
    state = engine.answer(form, engine.goto(form, state, 1), "苏", NOW)
    assert engine.values(form, state)["/data/city"] == ""


def test_a_filter_may_ask_for_the_place_in_the_list_and_combine_conditions() -> None:
    form = form_of("""
| survey |
| | type | name | label | choice_filter |
| | integer | most | 最多几项 | |
| | select_multiple l | some | 选几项 | position() <= ${most} and name != 'b' |
| choices |
| | list_name | name | label |
| | l | a | 甲 |
| | l | b | 乙 |
| | l | c | 丙 |
""")
    state = engine.answer(form, engine.begin(form, NOW), "3", NOW)
    assert [choice.value for choice in asked(form, state).choices] == ["a", "c"]
    state = engine.answer(form, state, "a c", NOW)
    state = engine.answer(form, engine.goto(form, state, 1), "2", NOW)
    assert engine.values(form, state)["/data/some"] == "a"


def test_a_long_list_is_filtered_by_an_index() -> None:
    rows = "\n".join(f"{number},站{number},{number % 1000}" for number in range(10_000))
    form = compile_form(
        compile_workbook(
            """
| survey |
| | type | name | label | choice_filter |
| | text | area | 片区 | |
| | select_one_from_file sites.csv | site | 场站 | area = ${area} |
""",
            {"sites.csv": f"name,label,area\n{rows}\n".encode()},
        ).xml
    )
    state = engine.answer(form, engine.begin(form, NOW), "7", NOW)
    found = asked(form, state)
    assert [choice.value for choice in found.choices] == [f"{thousand}007".lstrip("0") for thousand in range(10)]
    question = form.leaves["/data/site"]
    assert question.listed is not None
    env = env_of(state)
    assert len(question.listed(env)) == 10


def test_a_shuffled_list_is_shown_in_its_own_order() -> None:
    form = form_of("""
| survey |
| | type | name | label | parameters |
| | select_one l | a | 选 | randomize=true |
| choices |
| | list_name | name | label |
| | l | x | 甲 |
| | l | y | 乙 |
""")
    assert [choice.value for choice in asked(form, engine.begin(form, NOW)).choices] == ["x", "y"]

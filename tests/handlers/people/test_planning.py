"""What an import changes: the difference as it is told, transfers, and nothing for what stands."""

from datetime import date
from pathlib import Path

from handlers.people.planning import Plan
from handlers.people.wording import sections, unnamed
from storage.people import Standing, StandingAppointment, StandingLeave, StandingOffice, StandingPerson
from storage.people_changes import ChangedAppointment, EndedOffice
from tests.handlers.people.books import GOOD, STANDING, Rows, changed, planned

PEOPLE = tuple(GOOD["人员"])


def told(plan: Plan) -> dict[str, list[str]]:
    assert plan.faults == ()
    return {title: list(lines()) for title, _, lines in sections(plan)}


def left(plan: Plan) -> dict[str, list[str]]:
    return {title: list(lines()) for title, _, lines in unnamed(plan)}


def test_everything_is_new_to_empty_records(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert told(plan) == {
        "新增单位": [
            "集团（集团，Asia/Shanghai）",
            "一公司（子公司，Asia/Shanghai）",
            "二公司（子公司，Asia/Shanghai）",
            "二公司/项目部（场站，Asia/Dubai）",
            "一公司/项目部（部门，Asia/Shanghai）",
        ],
        "新增人员": ["李纪（L1） 集团", "王建国（A1） 二公司", "陈晓（102） 二公司/项目部"],
        "新聘任": [
            "王建国（A1） 综合 二公司，2026年1月1日 至 长期",
            "陈晓（102） 项目 二公司/项目部，2026年3月1日 至 12月31日",
        ],
        "新请假": ["王建国（A1） 2026年7月1日 至 7月15日，代填 陈晓（102）"],
        "新任纪检职务": ["李纪（L1） 纪检人员，管 集团"],
    }
    assert left(plan) == {}


def test_what_stands_is_no_change(tmp_path: Path) -> None:
    plan = planned(tmp_path, GOOD, STANDING)
    assert (plan.changes.count(), told(plan), left(plan)) == (0, {}, {})


def test_old_and_new_are_told_and_phones_masked(tmp_path: Path) -> None:
    people: Rows = (
        ("L1", "李继", "集团", 13700009999, "无", None),
        ("A1", "王建国", "二公司", "13855551234", None, "无"),
        ("102", "陈晓", "二公司/项目部", "无", "项目经理", None),
    )
    units = (*GOOD["单位"][:3], ("项目部", "二公司", "部门", "Asia/Karachi"), GOOD["单位"][4])
    terms = (("A1", "综合", "二公司", "2026-1-1", "2026-11-30"), ("102", "项目", "二公司/项目部", "2026-3-1", "无"))
    plan = planned(
        tmp_path, changed(单位=units, 人员=people, 聘任=terms, 请假=(("A1", "2026-7-1", "2026-7-9", "L1"),)), STANDING
    )
    assert told(plan) == {
        "单位改动": ["二公司/项目部：类型 场站 → 部门；时区 Asia/Dubai → Asia/Karachi"],
        "人员改动": [
            "李继（L1）：姓名 李纪 → 李继；手机号 （空） → 137****9999；职务 纪委书记 → （空）"
            "【请核对是不是同一个人：纪检职务会跟着这个工号走】",
            "王建国（A1）：手机号 138****1234 → 138****1234（中间几位不同）；上级 李继（L1） → （空）",
            "陈晓（102）：手机号 139****5678 → （空）；职务 （空） → 项目经理",
        ],
        "聘任结束": ["王建国（A1） 综合 二公司，2026年1月1日 起：止 长期 → 2026年11月30日"],
        "聘任改动": ["陈晓（102） 项目 二公司/项目部，2026年3月1日 起：止 2026年12月31日 → 长期"],
        "请假改动": ["王建国（A1），2026年7月1日 起：止 2026年7月15日 → 2026年7月9日；代填 陈晓（102） → 李继（L1）"],
    }
    assert "5555" not in repr(plan.changes)


def test_a_name_that_changes_under_a_number_with_something_behind_it_is_warned_of(tmp_path: Path) -> None:
    """The number of somebody who had left was given to a newcomer, who got their WeChat, office and appointment."""
    before = STANDING._replace(
        bound=frozenset({1, 3}), leaves=(StandingLeave(1, 2, date(2026, 11, 1), date(2026, 11, 30), 3),)
    )
    new = (("L1", "钱新来", "集团"), ("A1", "王 建国", "二公司"), ("102", "孙新来", "二公司/项目部"))
    plan = planned(tmp_path, changed(人员=new, 请假=()), before)
    notices = [str(notice) for notice in plan.notices]
    assert "工号 L1 登记的是“李纪”，这里改成了“钱新来”，名下还有：微信绑定、纪检职务。" in notices[0]
    assert "名下还有：微信绑定、聘任、请假或代填。" in notices[1] and "没有用过的工号" in notices[1]
    assert len(notices) == 2 == len(plan.renamed), "blanks in a name are no other name"
    lines = told(plan)["人员改动"]
    assert "姓名 陈晓 → 孙新来【请核对是不是同一个人：微信绑定、聘任、请假或代填会跟着这个工号走】" in lines[-1]
    nothing = before._replace(bound=frozenset(), offices=(), appointments=(), leaves=())
    assert planned(tmp_path, changed(人员=new, 聘任=(), 请假=(), 纪检=()), nothing).notices == ()


def test_a_leave_that_was_over_and_goes_on_is_told_apart_and_warned_of(tmp_path: Path) -> None:
    """An old workbook undid a 销假 as one change among others."""
    for ended, why in (
        (date(2026, 11, 12), "2026年11月12日 已经结束（可能已经销假）"),
        (date(2026, 10, 31), "已经取消"),
    ):
        before = STANDING._replace(leaves=(StandingLeave(1, 2, date(2026, 11, 1), ended, 3),))
        plan = planned(tmp_path, changed(请假=(("A1", "2026-11-1", "2026-11-30", "102"),)), before)
        assert told(plan) == {
            "又要请假（业务库里已经结束或取消）": [
                f"王建国（A1），2026年11月1日 起：止 {ended.year}年{ended.month}月{ended.day}日 → 2026年11月30日"
            ]
        }
        (notice,) = map(str, plan.notices)
        assert notice.startswith("请假 第 2 行 止 王建国（A1） 2026年11月1日 起的请假，") and why in notice
    running = STANDING._replace(leaves=(StandingLeave(1, 2, date(2026, 11, 1), date(2026, 11, 13), 3),))
    plan = planned(tmp_path, changed(请假=(("A1", "2026-11-1", "2026-11-30", "102"),)), running)
    assert (list(told(plan)), plan.notices) == (["请假改动"], ())
    past = planned(tmp_path, changed(请假=(("A1", "2026-7-1", "2026-7-20", "102"),)), STANDING)
    assert (list(told(past)), past.notices) == (["请假改动"], ())


MOVED = (PEOPLE[0], ("A1", "王建国", "一公司", None, None, None), PEOPLE[2])


def test_a_transfer_ends_what_does_not_cover_the_new_unit(tmp_path: Path) -> None:
    """Whether the workbook still names the appointment or not; the leave of the summer stays history."""
    group_wide = StandingAppointment(3, 2, 1, "functional", date(2026, 5, 1), None)
    before = STANDING._replace(
        appointments=(*STANDING.appointments, group_wide),
        offices=(*STANDING.offices, StandingOffice(2, 2, 3, "officer")),
    )
    for terms in (GOOD["聘任"], GOOD["聘任"][1:]):
        plan = planned(tmp_path, changed(人员=MOVED, 聘任=terms), before)
        assert plan.changes.changed_appointments == [ChangedAppointment(1, 2, date(2026, 11, 12))]
        assert plan.changes.ended_offices == [EndedOffice(2, 2)]
        assert told(plan) == {
            "转岗": ["王建国（A1）：单位 二公司 → 一公司"],
            "聘任结束": ["王建国（A1） 综合 二公司，2026年1月1日 起：止 长期 → 2026年11月12日"],
            "纪检职务结束": ["王建国（A1） 纪检人员，管 二公司"],
        }


def test_a_transfer_leaves_what_the_workbook_states(tmp_path: Path) -> None:
    stated = (("A1", "综合", "二公司", "2026-1-1", "无"), ("A1", "综合", "一公司", "2026-11-13"), GOOD["聘任"][1])
    offices = (*GOOD["纪检"], ("A1", "纪检人员", "二公司"))
    before = STANDING._replace(offices=(*STANDING.offices, StandingOffice(2, 2, 3, "officer")))
    plan = planned(tmp_path, changed(人员=MOVED, 聘任=stated, 纪检=offices), before)
    assert sorted(told(plan)) == ["新聘任", "转岗"]


def test_an_appointment_that_began_today_ends_today_and_a_later_one_is_pointed_out(tmp_path: Path) -> None:
    appointments = (
        StandingAppointment(1, 2, 3, "daily", date(2026, 11, 13), None),
        StandingAppointment(2, 2, 3, "project", date(2026, 12, 1), None),
        StandingAppointment(4, 2, 3, "functional", date(2025, 1, 1), date(2025, 12, 31)),
    )
    plan = planned(tmp_path, changed(人员=MOVED, 聘任=(), 请假=()), STANDING._replace(appointments=appointments))
    assert plan.changes.changed_appointments == [ChangedAppointment(1, 2, date(2026, 11, 13))]
    (notice,) = map(str, plan.notices)
    assert "还没开始的聘任（二公司，2026年12月1日 起）没有动" in notice


def test_who_is_missing_is_listed_and_left_alone(tmp_path: Path) -> None:
    nameless = StandingPerson(4, None, "无号人", 2, None, None, None)
    before = STANDING._replace(persons=(*STANDING.persons, nameless))
    plan = planned(tmp_path, {"单位": GOOD["单位"][:3], "人员": PEOPLE[:2]}, before)
    assert plan.changes.count() == 0
    assert left(plan) == {
        "单位": ["二公司/项目部", "一公司/项目部"],
        "人员": ["陈晓（102） 二公司/项目部", "无号人 一公司"],
        "聘任": ["王建国（A1） 综合 二公司，2026年1月1日 至 长期"],
        "纪检职务": ["李纪（L1） 纪检人员，管 集团"],
    }


def test_a_unit_under_another_superior_is_a_new_one_and_pointed_out(tmp_path: Path) -> None:
    units = (*GOOD["单位"][:3], ("项目部", "集团"))
    people = (*PEOPLE[:2], ("102", "陈晓", "项目部"))
    plan = planned(tmp_path, {"单位": units, "人员": people}, STANDING)
    assert told(plan)["转岗"] == ["陈晓（102）：单位 二公司/项目部 → 项目部"]
    (notice,) = map(str, plan.notices)
    assert notice.startswith("单位 第 5 行 名称 业务库里已有“一公司/项目部”，不在这张表里；这里会新建“项目部”")


def test_a_part_of_the_tree_may_hang_on_the_records(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "单位": (("班组", "二公司/项目部"), ("小组", "班组")),
        "人员": (("B1", "新人", "小组", None, None, "A1"), ("B2", "另一人", "一公司/项目部")),
    }
    plan = planned(tmp_path, sheets, STANDING)
    assert told(plan) == {
        "新增单位": ["二公司/项目部/班组（场站，Asia/Dubai）", "二公司/项目部/班组/小组（场站，Asia/Dubai）"],
        "新增人员": ["新人（B1） 二公司/项目部/班组/小组", "另一人（B2） 一公司/项目部"],
    }
    assert planned(tmp_path, sheets, Standing(0)).faults != ()


def zones(units: Rows, before: Standing, tmp_path: Path) -> tuple[dict[str, list[str]], list[str]]:
    """What is told of units, and the notices."""
    plan = planned(tmp_path, changed(单位=units), before)
    found = told(plan)
    return {title: found[title] for title in found if "单位" in title}, list(map(str, plan.notices))


def test_a_blank_timezone_is_that_of_the_unit_above(tmp_path: Path) -> None:
    """A new unit below one that stood with a blank cell got Asia/Shanghai, and those that stood did not follow."""
    rows: Rows = (
        ("集团", None, None, "Asia/Karachi"),
        ("一公司", "集团"),
        ("二公司", "集团"),
        ("项目部", "二公司"),
        ("项目部", "一公司"),
        ("班组", "一公司/项目部"),
    )
    changes, notices = zones(rows, STANDING, tmp_path)
    assert changes == {
        "新增单位": ["一公司/项目部/班组（场站，Asia/Karachi）"],
        "单位改动": [
            "集团：时区 Asia/Shanghai → Asia/Karachi",
            "一公司：时区 Asia/Shanghai → Asia/Karachi",
            "二公司：时区 Asia/Shanghai → Asia/Karachi",
            "一公司/项目部：时区 Asia/Shanghai → Asia/Karachi",
        ],
    }
    assert notices == [
        "单位 第 5 行 时区 这一格空着，时区保持 Asia/Dubai 不变，和上级（Asia/Karachi）不同；"
        "要和上级一样，请写上 Asia/Karachi。"
    ]


def test_a_unit_that_differs_from_the_one_above_is_pointed_out(tmp_path: Path) -> None:
    """The group changed alone, by a chat or an earlier version; the next import said 没有变化."""
    group, *others = STANDING.units
    before = STANDING._replace(units=(group._replace(timezone="Asia/Karachi"), *others))
    rows: Rows = (("集团",), ("一公司", "集团"), *GOOD["单位"][2:])
    changes, notices = zones(rows, before, tmp_path)
    assert changes == {}
    assert [line[:20] for line in notices] == ["单位 第 3 行 时区 这一格空着，时区保"]

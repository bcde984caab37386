"""What the other built-in forms ask after an answer, and what their answers mean to the system."""

from datetime import date

import pytest

from handlers.forms import engine
from tests.handlers.catalog.walking import fill, form_of

DISCIPLINES = ("政治纪律", "组织纪律", "廉洁纪律", "群众纪律", "工作纪律", "生活纪律")


@pytest.mark.parametrize("discipline", DISCIPLINES)
def test_the_functional_sheet_follows_up_only_what_was_seen(discipline: str) -> None:
    said = {
        "看到苗头性": "看到了",
        "在哪些方面": discipline,
        "看到了什么情况": "了解到值班人员多次脱岗",
        "已经做了什么": "提醒谈话、督促整改",
        "整改到位": "2026-12-20",
    }
    walk = fill(form_of("functional"), said)
    assert [asked.label for asked in walk.asked if "看到了什么情况" in asked.label] == [
        f"在{discipline}方面，看到了什么情况？"
    ]
    (found,) = walk.findings
    assert found.area.endswith(discipline)
    assert (found.measure, found.deadline) == ("提醒谈话、督促整改", date(2026, 12, 20))


def test_what_was_not_handled_yet_needs_a_plan() -> None:
    said = {"看到苗头性": "看到了", "在哪些方面": "工作纪律", "已经做了什么": "尚未处理", "下一步": "下周约谈当事人"}
    (found,) = fill(form_of("functional"), said).findings
    assert found.measure == "尚未处理；下周约谈当事人"


def test_the_functional_sheet_is_for_the_month_that_ended_a_week_ago() -> None:
    assert any("2026年11月" in note for note in fill(form_of("functional"), {"看到苗头性": "没有看到"}).notes)


def test_the_daily_form_promises_no_anonymity() -> None:
    walk = fill(form_of("daily"), {"哪一类": "意见建议"})
    assert any("实名" in note for note in walk.notes)
    assert walk.findings == ()


def test_a_daily_report_is_a_finding_of_its_area() -> None:
    said = {
        "哪一类": "反映问题",
        "什么问题": "食堂采购的肉价高出市场三成",
        "哪个领域": "食堂后勤",
        "照片或截图": "abc.jpg",
    }
    (found,) = fill(form_of("daily"), said).findings
    assert (found.text, found.area, found.level) == ("食堂采购的肉价高出市场三成", "食堂后勤", "")


@pytest.mark.parametrize(("kind", "number"), [("一般岗位", 7), ("关键岗位", 10), ("领导干部", 14)])
def test_commitments_are_acknowledged_one_by_one(kind: str, number: int) -> None:
    walk = fill(form_of("integrity_commitment"), {"属于哪一类": kind, "需要申报": "没有", "输入姓名": "王建国"})
    assert sum(asked.kind == "acknowledge" for asked in walk.asked) == number
    assert "签署日期：2026年11月20日。" in "".join(walk.notes)


def test_a_commitment_is_not_signed_with_one_character() -> None:
    form = form_of("integrity_commitment")
    with pytest.raises(AssertionError, match="真实姓名"):
        fill(form, {"属于哪一类": "一般岗位", "需要申报": "没有", "输入姓名": "王"})


def test_a_warning_that_proves_true_is_a_finding_until_it_is_handled() -> None:
    said = {
        "什么风险": "加油卡由一人保管",
        "是否属实": "部分属实",
        "具体做法": "改为双人保管并每月对账",
        "负责处置": "车队长",
        "进行到哪一步": "正在处置",
        "处置完毕": "2026-12-01",
        "业务领域": "车辆管理",
    }
    (found,) = fill(form_of("warning_handling"), said).findings
    assert (found.measure, found.owner, found.deadline) == ("改为双人保管并每月对账", "车队长", date(2026, 12, 1))
    assert found.area == "车辆管理"


def test_a_talk_about_a_problem_names_whom_it_was_with_as_owner() -> None:
    said = {
        "哪一种谈话": "提醒谈话",
        "谈话对象是谁": "物资部张三",
        "什么问题谈话": "多次代签验收单",
        "整改要求": "当面验收本人签字",
        "整改到位": "2026-12-05",
        "需要回访": "不需要",
    }
    (found,) = fill(form_of("talk_record"), said).findings
    assert (found.text, found.owner, found.deadline) == ("多次代签验收单", "物资部张三", date(2026, 12, 5))


def test_only_what_was_not_in_order_on_a_site_is_followed_up() -> None:
    said = {
        "哪些方面": "车辆",
        "检查结果": ["符合", "不符合", "不适用"],
        "具体是什么问题": "三月份加油量高于里程两成",
        "等级": "中（需跟踪整改）",
        "要求怎么改": "补查全部加油小票",
        "谁负责整改": "场站站长",
        "整改到位": "2026-12-10",
    }
    walk = fill(form_of("site_check"), said)
    assert "这次共有 1 项不符合。" in walk.notes
    (found,) = walk.findings
    assert (found.level, found.area, found.owner) == ("medium", "车辆管理", "场站站长")
    assert (found.measure, found.deadline) == ("补查全部加油小票", date(2026, 12, 10))


def test_a_site_in_order_asks_for_no_rectification() -> None:
    walk = fill(form_of("site_check"), {"哪些方面": "食堂、节日值班", "检查结果": "符合"})
    assert not walk.asks("负责整改") and walk.findings == ()


def test_only_unfinished_problems_stay_findings() -> None:
    said = {
        "编号或序号": ["1", "2"],
        "问题是什么": ["验收手续不全", "账物不符"],
        "整改完成了吗": ["已经完成", "没有完成"],
        "下一步怎么改": "月底前全面盘点",
        "责任人": "仓库主任",
        "哪天前改完": "2026-12-31",
    }
    walk = fill(form_of("rectification"), said, instances=2)
    (found,) = walk.findings
    assert (found.text, found.deadline) == ("账物不符", date(2026, 12, 31))
    assert found.measure.endswith("；月底前全面盘点")
    assert "这次报告 2 个问题，已完成 1 个。" in walk.notes


def test_the_survey_asks_nothing_that_leads_to_a_person() -> None:
    walk = fill(form_of("annual_survey"), {})
    assert not any(word in label for label in walk.labels for word in ("姓名", "工号", "电话", "单位名称", "部门名称"))
    ranked = next(asked for asked in walk.asked if asked.kind == "rank")
    assert len(engine.values(walk.form, walk.state)[ranked.ref].split()) == len(ranked.choices) == 5

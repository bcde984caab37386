"""Ways through the built-in 综合观察表 and 项目观察表 for tests: what a person answers to which question."""

from collections.abc import Mapping

from tests.chat import User

TITLE = "综合观察表"
WEAK_POINT = "招标文件由一名经办人全程负责，评标前没有复核"
ANSWERS: Mapping[str, str] = {
    "政治建设的总体情况": "总体良好",
    "重点工作落实的总体情况": "总体良好",
    "项目投资的总体情况": "有薄弱环节",
    "项目投资方面，主要的薄弱环节": WEAK_POINT,
    "这个问题的风险等级": "高（需马上报告处置）",
    "涉及的金额大约是多少": "120",
    "针对这个问题，已经采取": "改为两人经办，评标前由纪检复核",
    "干部职工管理的总体情况": "总体良好",
    "是否发现以下苗头": "未发现",
    "开展了哪些防控工作": "1 2",
    "效果最好的一项": "跳过",
    "下一季度准备重点防控": "节前车辆封存与食堂采购验收，每周抽查一次",
    "专题研究党风廉政建设工作几次": "2",
    "廉洁谈话多少人次": "12",
    "最近一次廉洁谈话": "昨天",
    "应整改完成的有几项": "5",
    "占百分之几": "80",
    "本期有无新情况": "无新情况",
    "小结您单位": "总体平稳，招标环节需要关注，希望纪委派人指导评标复核。",
}
"""By a part of the question's label."""
LEAVING: Mapping[str, str] = {
    "因为什么": "项目准备退出",
    "总金额和合作单位": "没有变化",
    "总金额是多少": "3200",
    "合作单位是谁": "华东建设公司",
    "处于哪个阶段": "退出处置",
    "什么方式退出": "完工结项",
    "哪些已经完成": "1",
    "遗留事项": "无",
    "排查出廉洁风险了吗": "没有排查出",
    "安排了哪些防控": "暂无",
    "帮助把关": "跳过",
    "小结这个项目": "已经完工结算，账目和资产都交接清楚了，没有发现别的问题。",
}
"""The shortest way through 项目观察表, likewise; without the name of the project."""
LONGEST = 40
"""Turns that a walk may take; the form has fewer questions."""


def reply_to(seen: str, answers: Mapping[str, str] = ANSWERS) -> str | None:
    """What a person answers to the question that is seen, or None when it is no question of the form."""
    return next((said for label, said in answers.items() if label in seen), None)


async def fill(user: User, *, until: str = "都答完了") -> None:
    """Begin the form and answer until `until` is seen."""
    await _go_on(user, await user.says(TITLE), until)


async def fill_on(user: User, *, until: str = "都答完了") -> None:
    """Go on with the form under way and answer until `until` is seen."""
    await _go_on(user, await user.says("继续"), until)


async def fill_project(user: User, project: str, *, until: str = "都答完了") -> None:
    """Begin 项目观察表 for the project, named so, and answer until `until` is seen."""
    await _go_on(user, await user.says("开始 项目观察表"), until, {"项目名称是什么": project, **LEAVING})


async def _go_on(user: User, seen: str, until: str, answers: Mapping[str, str] = ANSWERS) -> None:
    for _ in range(LONGEST):
        if until in seen:
            return
        said = reply_to(seen, answers)
        assert said is not None, f"no answer for: {seen}"
        seen = await user.says(said)
    raise AssertionError(f"the form did not end: {seen}")

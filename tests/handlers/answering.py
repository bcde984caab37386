"""How people in tests answer the built-in forms: by what stands in the question."""

from collections.abc import Mapping

from tests.handlers.desk import User

FORM = "综合观察表"
WEAK = "二期管网项目招标文件由一人经办，没有复核"
PLAIN: Mapping[str, str] = {
    "政治建设的总体情况": "总体良好",
    "重点工作落实的总体情况": "总体良好",
    "项目投资的总体情况": "总体良好",
    "干部职工管理的总体情况": "总体良好",
    "主要的薄弱环节或风险": WEAK,
    "您判断这个": "中（需跟踪整改）",
    "采取什么措施": "改为两人经办并由纪检复核",
    "涉及的金额": "1.2万",
    "哪天整改到位": "2026年12月20日",
    "是否发现以下苗头或问题": "未发现",
    "具体是什么情况": "了解到某岗位验收时走过场，未到现场",
    "开展了哪些防控工作": "1、2",
    "效果最好的一项": "每月一次警示教育，讲身边人身边事",
    "下一季度准备重点防控": "盯住年底工程款支付，逐笔会签复核",
    "专题研究党风廉政建设工作几次": "2",
    "廉洁谈话多少人次": "十二",
    "最近一次廉洁谈话": "昨天",
    "应整改完成的有几项": "8",
    "占百分之几": "87.5",
    "有无新情况": "无新情况",
    "简要说明新情况": "项目部食堂承包商刚刚更换，需要留意",
    "小结您单位": "总体平稳，年底工程款支付需要重点关注。",
}
"""By a part of the question; the shortest way through the form."""
MOST = 60
"""Questions; no walk is longer."""


async def answers(user: User, until: str, **said: str) -> None:
    """Answer until `until` is seen; `said` overrides PLAIN by a part of the question."""
    known = {**PLAIN, **said}
    for _ in range(MOST):
        if until in user.seen:
            return
        await user.says(reply_to(user.seen, known))
    raise AssertionError(f"never saw {until!r}; last: {user.seen!r}")


def reply_to(seen: str, known: Mapping[str, str]) -> str:
    """The answer to the question that is seen."""
    question = seen[seen.index("题　") :].splitlines()[0]
    for part, answer in known.items():
        if part in question:
            return answer
    raise AssertionError(f"nobody knows what to answer to: {question!r}")


async def begins(user: User) -> None:
    """Begin the form."""
    await user.says(FORM)
    user.sees("第 1/")


async def fills(user: User, **said: str) -> None:
    """Begin the form and answer it to its end."""
    await begins(user)
    await answers(user, "都答完了", **said)


async def submits(user: User, **said: str) -> str:
    """Fill and hand in the form; its number."""
    await fills(user, **said)
    await user.says("提交")
    user.sees("已提交", "编号：")
    return user.seen.split("编号：")[1].split("\n")[0]

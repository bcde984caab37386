"""The label sets of the classifier: DOMAIN.md, section Label sets. Their values are what is stored and printed."""

from enum import StrEnum


class Intent(StrEnum):
    """What the writer of a message wants."""

    REPORT = "report"
    """举报反映: of somebody else's conduct, or what an observation showed."""
    COMPLAINT = "complaint"
    """投诉求助: help or redress for the writer's own sake."""
    SUGGESTION = "suggestion"
    INQUIRY = "inquiry"
    THANKS = "thanks"
    OTHER = "other"


class Discipline(StrEnum):
    """The six disciplines of 中国共产党纪律处分条例, as in force since 2024-01-01."""

    POLITICS = "政治纪律"
    ORGANISATION = "组织纪律"
    INTEGRITY = "廉洁纪律"
    MASSES = "群众纪律"
    WORK = "工作纪律"
    LIFE = "生活纪律"


class Field(StrEnum):
    """The sixteen fields of business."""

    BIDDING = "招标采购"
    CONSTRUCTION = "工程建设"
    FUNDS = "资金管理"
    INVESTMENT = "投资融资"
    STAFFING = "选人用人"
    MATERIALS = "物资管理"
    VEHICLES = "车辆管理"
    CANTEEN = "食堂后勤"
    SALES = "营销"
    CONTRACTS = "合同管理"
    PAY = "薪酬福利"
    RECEPTION = "公务接待"
    ASSETS = "资产处置"
    SECRECY = "信息保密"
    SAFETY = "安全生产"
    ATTENDANCE = "值班考勤"


class Severity(StrEnum):
    """How grave what is told would be, if it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


class EightRules(StrEnum):
    """The categories of the monthly table on 中央八项规定精神."""

    DECISIONS = "贯彻决策部署"
    DUTIES = "履职尽责"
    SERVICE = "联系服务群众"
    MEETINGS = "文山会海"
    FORMALISM = "形式主义其他"
    GIFTS = "收送礼品礼金"
    DINNERS = "违规吃喝"
    CEREMONIES = "操办婚丧喜庆"
    ALLOWANCES = "违规发放津补贴"
    TRAVEL = "公款旅游"
    HEDONISM = "享乐主义其他"

"""The reminder rules that a group begins with: the two periodic sheets, the nodes of projects, the eves of holidays."""

from typing import Final

from handlers.rounds.rule import HOLIDAY_LADDER, PeriodKind, Rule, RuleKind, Step, StepAudience
from storage.vocabulary import Level

QUARTERLY: Final = "0 18 L 3,6,9,12 *"
MONTHLY: Final = "0 18 L * *"
NODE_LADDER: Final = (
    Step("open", -5, StepAudience.OBSERVER, 9, 0),
    Step("T-1", -1, StepAudience.OBSERVER, 9, 0),
    Step("T-0", 0, StepAudience.OBSERVER, 9, 0),
    Step("T+1", 1, StepAudience.OBSERVER, 9, 0),
    Step("T+3", 3, StepAudience.SUPERIOR, 9, 0),
    Step("T+5", 5, StepAudience.OFFICERS, 9, 0),
)
"""A node is due soon after it is opened, and its opening notice comes at once."""


def default_rules(unit_id: int, unit_path: str) -> tuple[Rule, ...]:
    """The rules for a unit and all below it, by DOMAIN.md (The four levels of observation, Reminders); ids are 0."""
    return (
        Rule(0, "综合观察表", RuleKind.FORM, "comprehensive", Level.COMPREHENSIVE, unit_id, unit_path, QUARTERLY),
        Rule(
            0,
            "职能观察表",
            RuleKind.FORM,
            "functional",
            Level.FUNCTIONAL,
            unit_id,
            unit_path,
            MONTHLY,
            period=PeriodKind.MONTH,
        ),
        Rule(0, "项目节点", RuleKind.NODE, "project", Level.PROJECT, unit_id, unit_path, ladder=NODE_LADDER),
        Rule(0, "节前廉洁提醒", RuleKind.HOLIDAY, "", None, unit_id, unit_path, ladder=HOLIDAY_LADDER),
    )

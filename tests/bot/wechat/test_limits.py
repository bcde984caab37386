"""The tables of limits and of what an account may do say what WECHAT.md says."""

import re
from pathlib import Path

import pytest

from bot.wechat import limits
from bot.wechat.limits import Account, Way, ways


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (Account.SERVICE, {Way.PASSIVE, Way.CUSTOMER_SERVICE, Way.TEMPLATE, Way.SUBSCRIBE_NOTICE}),
        (Account.SUBSCRIPTION, {Way.PASSIVE, Way.CUSTOMER_SERVICE}),
        (Account.TEST, {Way.PASSIVE, Way.CUSTOMER_SERVICE, Way.TEMPLATE}),
    ],
)
def test_what_each_account_may_do(account: Account, expected: set[Way]) -> None:
    assert ways(account) == expected


def test_every_account_can_at_least_answer() -> None:
    assert all(Way.PASSIVE in ways(account) for account in Account)


def test_every_constant_says_where_it_is_from() -> None:
    lines = Path(limits.__file__).read_text(encoding="utf-8").split("\n")
    untagged = [
        line.split(":", 1)[0]
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if re.match(r"[A-Z_]+: Final = ", line) and not re.match(r'"""\[[TOC/]+\]', after)
    ]
    assert untagged == []


def test_the_limits_that_others_rely_on() -> None:
    assert (limits.BODY_BYTES, limits.TEXT_BYTES, limits.MAX_AGE, limits.CALL_TIMEOUT) == (65536, 2048, 600.0, 5.0)
    assert (limits.CUSTOMER_SERVICE_MESSAGES, limits.ACTION_MESSAGES) == (5, 3)
    assert limits.TEMPLATE_RESEND_WITHIN < limits.CLIENT_MSG_ID_WINDOW

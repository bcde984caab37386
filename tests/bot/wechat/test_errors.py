"""Every row of WECHAT.md's table of error codes leads to its decision."""

import re

import pytest

from bot.wechat.errors import ERRCODES, NO_ANSWER, UNLISTED, Action, Scope, SendError, meaning

ROWS = [
    ([40001, 40014, 42001], Action.REFRESH_TOKEN, Scope.CHANNEL, True),
    ([-1, 45011], Action.RETRY, Scope.CALL, True),
    ([45009], Action.HOLD_UNTIL_MIDNIGHT, Scope.API, True),
    ([45015, 45047, 43101], Action.PARK, Scope.PERSON, False),
    ([40003, 43004], Action.PERSON_GONE, Scope.PERSON, False),
    ([47003, 40037, 45002, 40007], Action.PAYLOAD_BAD, Scope.PAYLOAD, False),
    ([48001, 48004, 40164, 40013, 50002], Action.CHANNEL_DOWN, Scope.CHANNEL, False),
]
CODES = [(code, action, scope, retryable) for codes, action, scope, retryable in ROWS for code in codes]


@pytest.mark.parametrize(("errcode", "action", "scope", "retryable"), CODES)
def test_a_row_of_the_table(errcode: int, action: Action, scope: Scope, retryable: bool) -> None:
    error = SendError(meaning(errcode), errcode=errcode)
    assert (error.action, error.scope, error.retryable, error.ambiguous) == (action, scope, retryable, False)
    assert str(errcode) in str(error)
    assert re.search("[一-鿿]", error.meaning.explanation)


def test_the_table_has_these_rows_and_no_others() -> None:
    assert sorted(ERRCODES) == sorted(code for code, *_ in CODES)
    assert {one.action for one in ERRCODES.values()} == set(Action)


@pytest.mark.parametrize("errcode", [1, 40029, 99999])
def test_an_unlisted_code_is_not_repeated(errcode: int) -> None:
    assert meaning(errcode) is UNLISTED
    assert not SendError(UNLISTED, errcode=errcode).retryable


def test_an_error_says_what_is_known_and_no_more() -> None:
    assert str(SendError(NO_ANSWER, errcode=None)) == NO_ANSWER.explanation
    error = SendError(NO_ANSWER, errcode=None, ambiguous=True, http_status=502, detail="ServerDisconnectedError")
    assert str(error).endswith("（HTTP 502，ServerDisconnectedError）")
    assert (error.ambiguous, error.http_status, error.errcode) == (True, 502, None)

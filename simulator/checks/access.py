"""Checks of tokens, secrets and rights of an API call (WECHAT.md, Sending)."""

from collections.abc import Mapping

from simulator import limits
from simulator.calls import Call
from simulator.config import AccountKind
from simulator.tokens import Standing

DENIED: Mapping[AccountKind, frozenset[str]] = {
    AccountKind.SERVICE: frozenset(),
    AccountKind.SUBSCRIPTION: frozenset(
        {
            "message/template/send",
            "message/subscribe/bizsend",
            "qrcode/create",
            "sns/oauth2/access_token",
            "connect/oauth2/authorize",
        }
    ),
    AccountKind.TEST: frozenset({"message/subscribe/bizsend"}),
}
"""[O/C] What an account may not call: templates, scenes and OAuth belong to verified service accounts; the test account
lends all of them but subscription notifications."""
GRANTS = {"token": "client_credential", "stable_token": "client_credential"}


def token_given(call: Call) -> str | None:
    """There is an access_token."""
    return None if call.query.get("access_token") else "no access_token in the query"


def token_expired(call: Call) -> str | None:
    """It is not past its 7200 s."""
    return _standing(call, Standing.EXPIRED)


def token_latest(call: Call) -> str | None:
    """It was not replaced more than 5 minutes ago."""
    return _standing(call, Standing.REPLACED)


def token_known(call: Call) -> str | None:
    """The platform gave it out."""
    return _standing(call, Standing.UNKNOWN)


def json_object(call: Call) -> str | None:
    """The body is a JSON object."""
    return None if isinstance(call.json, dict) else "the body is not a JSON object in UTF-8"


def grant_type(call: Call) -> str | None:
    """grant_type is what the API wants."""
    given = call.value("grant_type")
    return None if given == GRANTS[call.api] else f"grant_type {given!r}"


def appid(call: Call) -> str | None:
    """It is this account's appid."""
    given = call.value("appid")
    return None if given == call.platform.config.appid else f"appid {given!r}"


def secret(call: Call) -> str | None:
    """It is this account's secret."""
    return None if call.value("secret") == call.platform.config.secret else "another secret"


def token_storm(call: Call) -> str | None:
    """Tokens are not fetched again and again."""
    count = call.platform.tokens.fetches(call.now)
    return f"{count} fetches within a minute" if count > limits.TOKEN_FETCHES_A_MINUTE else None


def account_may(call: Call) -> str | None:
    """An account of this kind may call this API."""
    kind = call.platform.config.account
    return f"{call.api} by a {kind} account" if call.api in DENIED[kind] else None


def quota(call: Call) -> str | None:
    """The day's quota is not used up."""
    used, allowed = call.platform.used_today(call.api), call.platform.daily(call.api)
    return f"{used} of {allowed} today" if used >= allowed else None


def code_known(call: Call) -> str | None:
    """The OAuth code was given out."""
    return None if call.value("code") in call.platform.grants else "this code was never given out"


def code_once(call: Call) -> str | None:
    """It was not used before."""
    return "used before" if call.platform.grants[call.value("code")].used else None


def code_age(call: Call) -> str | None:
    """It is at most 5 minutes old."""
    late = call.now - call.platform.grants[call.value("code")].until
    return f"{late:.0f} s too late" if late > 0 else None


def oauth_scope(call: Call) -> str | None:
    """Only the silent scope is asked for."""
    scope = call.value("scope")
    return None if scope == "snsapi_base" else f"scope {scope!r}"


def _standing(call: Call, bad: Standing) -> str | None:
    found = call.platform.tokens.standing(call.query.get("access_token", ""), call.now)
    return f"the token is {found.value}" if found is bad else None

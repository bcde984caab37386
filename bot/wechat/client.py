"""WeChat's API as coroutines: wechatpy's API classes over aiohttp, one shared token, bounded retries."""

import json
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Final, NoReturn, Self, TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential
from wechatpy.client import WeChatClient

from bot.receiving import Sink
from bot.wechat.apis import Media, Menu, Message, QRCode
from bot.wechat.errors import NO_ANSWER, NO_TOKEN, Action, SendError
from bot.wechat.limits import CALL_ATTEMPTS, CALL_TIMEOUT, TOKEN_LIFE
from bot.wechat.token import AccessToken
from bot.wechat.transport import Answer, Request, Transport, Upload
from storage.conversations.contract import Shared

API_BASE: Final = "https://api.weixin.qq.com"
PAGES_BASE: Final = "https://mp.weixin.qq.com"
"""Where the pictures of QR codes are; with another API_BASE (the simulator) they are expected there."""
TOKEN_ATTEMPTS: Final = 2
"""Attempts of a token fetch that met a passing fault; see token.LOCK_SECONDS."""
BACKOFF: Final = 0.3
"""Seconds: the first pause is random up to this, the next up to twice as long."""
IDEMPOTENT_POSTS: Final = frozenset({"menu/create", "menu/trymatch", "user/info/batchget"})
"""POSTs that may be repeated like a GET: they read, or they set the same thing again."""

_JSON: Final = json.JSONEncoder(ensure_ascii=False)

Result = TypeVar("Result")


class WeChat(WeChatClient):  # type: ignore[misc]  # wechatpy ships no types
    """The account's API; an async context manager: `await wechat.user.get(openid)`.

    The methods are those of wechatpy's API classes, awaited. The few that work on the answer themselves do not
    work unless bot/wechat/apis.py has them: statistics (datacube), tickets for web pages, addresses that carry the
    token. A file is passed as a transport.Upload.

    Every method raises SendError. Idempotent calls (GET, setting the menu, the token) are tried
    CALL_ATTEMPTS times when WeChat is busy or away; sendings once. A refused token is replaced once for all
    workers and the call sent once more. One HTTP request takes at most `timeout` seconds. The token is kept
    in `shared`.
    """

    menu = Menu()
    media = Media()
    message = Message()
    qrcode = QRCode()

    def __init__(
        self,
        appid: str,
        secret: str,
        shared: Shared,
        *,
        base: str = API_BASE,
        timeout: float = CALL_TIMEOUT,
        backoff: float = BACKOFF,
    ) -> None:
        # Not wechatpy's own: it would open a session of `requests` and keep the token in this process.
        self.appid = appid
        self.secret = secret
        self.pages_base = PAGES_BASE if base == API_BASE else base.rstrip("/")
        self._base = base.rstrip("/")
        self._backoff = backoff
        self._transport = Transport(timeout)
        self._token = AccessToken(appid, shared, self._fetch_token)

    def __repr__(self) -> str:
        return f"WeChat(appid={self.appid!r}, base={self._base!r})"

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._token.close()
        await self._transport.__aexit__(kind, error, trace)

    @property
    def access_token(self) -> NoReturn:
        """wechatpy's own way to the token, which cannot wait for a fetch."""
        raise AttributeError("the token is had with `await client.token()`")

    async def token(self) -> str:
        """The access token that all workers share, fetched when there is none. Raises SendError."""
        return await self._token.get()

    async def fetch(self, address: str, params: Mapping[str, str] | None = None, *, into: Sink | None = None) -> Answer:
        """GET an address of WeChat's that wants no token. Raises SendError; with `into` see Transport.send."""
        request = Request("get", address, idempotent=True, params=params or {}, into=into)
        return await self._patiently(CALL_ATTEMPTS, lambda: self._transport.send(request))

    async def _request(
        self,
        method: str,
        url_or_endpoint: str,
        *,
        api_base_url: str = f"{API_BASE}/cgi-bin/",
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        files: Mapping[str, Upload] | None = None,
        result_processor: Callable[[Any], Any] | None = None,
        raw: bool = False,
        into: Sink | None = None,
    ) -> Any:
        """What every API method of wechatpy ends in. `raw`: the Answer itself, whatever it is; `into`: where a file
        goes.
        """
        request = Request(
            method,
            self._address(url_or_endpoint, api_base_url),
            idempotent=method == "get" or url_or_endpoint in IDEMPOTENT_POSTS,
            params={name: str(value) for name, value in (params or {}).items()},
            data=_encoded(data),
            files=files or {},
            into=into,
        )
        result = await self._with_token(request, raw=raw)
        return result if raw or result_processor is None else result_processor(result)

    def _address(self, url_or_endpoint: str, api_base_url: str) -> str:
        absolute = url_or_endpoint.startswith(("http://", "https://"))
        address = url_or_endpoint if absolute else f"{api_base_url}{url_or_endpoint}"
        if not address.startswith(f"{API_BASE}/"):
            raise ValueError("the token is sent to WeChat's API only")
        return f"{self._base}{address.removeprefix(API_BASE)}"

    async def _with_token(self, request: Request, *, raw: bool) -> Any:
        async def once(token: str) -> Any:
            answer = await self._transport.send(request, token)
            if raw and not answer.is_json:
                return answer
            result = answer.result(idempotent=request.idempotent)
            return answer if raw else result

        async def attempts(token: str) -> Any:
            return await self._patiently(CALL_ATTEMPTS if request.idempotent else 1, lambda: once(token))

        token = await self._token.get()
        try:
            return await attempts(token)
        except SendError as error:
            if error.action is not Action.REFRESH_TOKEN:
                raise
        return await attempts(await self._token.replace(token))

    async def _patiently(self, attempts: int, call: Callable[[], Awaitable[Result]]) -> Result:
        """The result of `call`, tried again after a pause when WeChat was busy or away."""
        if attempts == 1:  # tenacity takes a third of a sending's time
            return await call()

        async def attempt() -> Result:  # tenacity awaits only what is written as a coroutine function
            return await call()

        return await AsyncRetrying(
            stop=stop_after_attempt(attempts),
            wait=wait_random_exponential(multiplier=self._backoff, max=self._backoff * 4),
            retry=retry_if_exception(_passing),
            reraise=True,
        )(attempt)

    async def _fetch_token(self) -> tuple[str, float]:
        asked = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        request = Request("post", f"{self._base}/cgi-bin/stable_token", idempotent=True, data=_encoded(asked))

        async def once() -> tuple[str, float]:
            answer = await self._transport.send(request)
            return _token_in(answer.result(idempotent=True))

        try:
            return await self._patiently(TOKEN_ATTEMPTS, once)
        except SendError as error:
            if error.errcode is None or error.action in {Action.RETRY, Action.HOLD_UNTIL_MIDNIGHT}:
                raise
            # Here 40001 says that the secret is wrong: nothing that fetching again would mend.
            raise SendError(NO_TOKEN, errcode=error.errcode) from None


def _token_in(result: Any) -> tuple[str, float]:
    """(token, seconds it will live) in the answer of stable_token."""
    try:
        token, life = result["access_token"], float(result.get("expires_in", TOKEN_LIFE))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SendError(NO_ANSWER, errcode=None, detail="no token in the answer") from None
    if not isinstance(token, str) or not token or not life > 0:
        raise SendError(NO_ANSWER, errcode=None, detail="no usable token in the answer")
    return token, min(life, TOKEN_LIFE)


def _encoded(data: Any) -> bytes | None:
    """The body of a call: WeChat wants JSON with its characters written out."""
    if data is None or isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return data.encode("utf-8", "replace")
    return _JSON.encode(data).encode("utf-8", "replace")


def _passing(error: BaseException) -> bool:
    """Whether the same call may succeed in a moment."""
    return isinstance(error, SendError) and error.action is Action.RETRY

"""One HTTP request to WeChat's API: timeouts, status codes and broken connections become SendErrors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    InvalidURL,
    TCPConnector,
)

from bot.receiving import Sink, TooLarge
from bot.wechat.errors import NO_ANSWER, NO_CONNECTION, REFUSED, SendError, meaning
from bot.wechat.limits import CALL_TIMEOUT, CONNECTIONS, DOWNLOAD_BYTES, DOWNLOAD_TIMEOUT

_CHUNK: Final = 64 * 1024
_CONNECT_SHARE: Final = 0.6  # of the timeout: a connection that takes longer leaves no time for the answer


@dataclass(frozen=True, slots=True)
class Upload:
    """A file for `files=` of wechatpy's API methods. It is kept in memory, for it may have to be sent
    twice.
    """

    filename: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `address` is absolute and without the token; `idempotent` says that doing it twice is
    doing it once.
    """

    method: str
    address: str
    idempotent: bool
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    data: bytes | None = field(default=None, repr=False)
    files: Mapping[str, Upload] = field(default_factory=dict, repr=False)
    into: Sink | None = None
    """Where a file that is answered goes; JSON never goes there."""

    def body(self) -> FormData | bytes | None:
        """What is posted; a form is made anew for each sending, for it can be read only once."""
        if not self.files:
            return self.data
        form = FormData()
        for name, upload in self.files.items():
            form.add_field(name, upload.content, filename=upload.filename, content_type=upload.content_type)
        return form


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. `filename` is empty when the server gave none, `content` when it went into a Sink."""

    content: bytes = field(repr=False)
    content_type: str
    filename: str = ""

    @property
    def is_json(self) -> bool:
        """WeChat labels its JSON as text/plain as often as not; media never."""
        return self.content_type in {"application/json", "text/plain", "text/json"}

    def result(self, *, idempotent: bool) -> Any:
        """The JSON of the answer. Raises SendError for an errcode, and for what is no JSON.

        An errcode says that WeChat has not done it; an answer that cannot be read says nothing.
        """
        try:
            # Nicknames may hold control characters and halves of emoji: both are WeChat's, neither is an
            # error.
            result = json.loads(self.content.decode("utf-8", "replace"), strict=False)
            if isinstance(result, dict):
                result.update(result.pop("base_resp", {}))
                errcode = int(result.get("errcode", 0))
            else:
                errcode = 0
        except (ValueError, TypeError, RecursionError):
            raise SendError(NO_ANSWER, errcode=None, ambiguous=not idempotent, detail="no JSON") from None
        if errcode:
            raise SendError(meaning(errcode), errcode=errcode)
        return result


class Transport:
    """Keeps the connections to one API; an async context manager. `timeout` is seconds for one whole
    request.
    """

    def __init__(self, timeout: float = CALL_TIMEOUT) -> None:
        self._timeout = ClientTimeout(total=timeout, sock_connect=timeout * _CONNECT_SHARE)
        self._long = ClientTimeout(total=DOWNLOAD_TIMEOUT, sock_connect=timeout * _CONNECT_SHARE, sock_read=timeout)
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(
            timeout=self._timeout, cookie_jar=DummyCookieJar(), connector=TCPConnector(limit=CONNECTIONS)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, request: Request, token: str | None = None) -> Answer:
        """The 2xx answer to `request`, sent once. Raises SendError; with `into` also TooLarge and Unwritable.

        Its errors never name the address that was called, for that carries the token: hence `from None`.
        """
        if self._session is None:
            raise RuntimeError("the WeChat client is used outside its `async with`")
        params = dict(request.params) if token is None else {**request.params, "access_token": token}
        unsure = not request.idempotent
        try:
            async with self._session.request(
                request.method,
                request.address,
                params=params,
                data=request.body(),
                allow_redirects=False,
                timeout=self._timeout if request.into is None else self._long,
            ) as response:
                _check(response, unsure)
                if request.into is not None:
                    return await _receive(response, request.into)
                return await _read(response, unsure)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise SendError(NO_CONNECTION, errcode=None, detail=type(error).__name__) from None
        except InvalidURL:
            raise SendError(REFUSED, errcode=None, detail="invalid address") from None
        except (ClientError, TimeoutError, OSError) as error:
            raise SendError(NO_ANSWER, errcode=None, ambiguous=unsure, detail=type(error).__name__) from None


def _check(response: ClientResponse, unsure: bool) -> None:
    status = response.status
    if status >= 500:  # noqa: PLR2004 - HTTP's own numbers
        raise SendError(NO_ANSWER, errcode=None, ambiguous=unsure, http_status=status)
    if not response.ok or status >= 300:  # noqa: PLR2004 - HTTP's own numbers
        raise SendError(REFUSED, errcode=None, http_status=status)


async def _receive(response: ClientResponse, sink: Sink) -> Answer:
    """A file into the sink, or JSON as ever, whatever it is labelled as. A page of a proxy is no answer."""
    answer = Answer(b"", response.content_type)
    if answer.is_json:
        return await _read(response, unsure=False)
    if response.content_type in {"text/html", "application/xhtml+xml"}:
        raise SendError(NO_ANSWER, errcode=None, http_status=response.status, detail="a page instead of a file")
    if response.content_length is not None and response.content_length > sink.most:
        raise TooLarge
    chunks = response.content.iter_chunked(_CHUNK)
    first = await anext(chunks, b"")
    if first.startswith(b"{"):
        async for chunk in chunks:
            first += chunk
            if len(first) > _CHUNK:
                raise SendError(NO_ANSWER, errcode=None, http_status=response.status, detail="answer too large")
        return Answer(first, "application/json")
    await sink.take(chunks, first)
    return answer


async def _read(response: ClientResponse, unsure: bool) -> Answer:
    status = response.status
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > DOWNLOAD_BYTES:
            raise SendError(REFUSED, errcode=None, http_status=status, ambiguous=unsure, detail="answer too large")
    disposition = response.content_disposition
    filename = disposition.filename if disposition is not None else None
    return Answer(bytes(content), response.content_type, filename or "")

"""wechatpy's API methods that need lines of their own: they work on the answer, or lack a parameter."""

from collections.abc import Mapping
from typing import Any

from wechatpy.client.api import WeChatMedia, WeChatMenu, WeChatMessage, WeChatQRCode

from bot.receiving import Sink
from bot.wechat.errors import NO_ANSWER, SendError
from bot.wechat.transport import Answer, Upload

MENU_ABSENT = 46003
"""errcode of menu/get while the account has no menu."""


class Menu(WeChatMenu):  # type: ignore[misc]  # wechatpy ships no types
    """The account's bottom menu."""

    async def get(self) -> dict[str, Any] | None:
        """The menu as it was created, or None when there is none. Raises SendError."""
        try:
            menu: dict[str, Any] = await self._get("menu/get")
        except SendError as error:
            if error.errcode == MENU_ABSENT:
                return None
            raise
        return menu


class Media(WeChatMedia):  # type: ignore[misc]  # wechatpy ships no types
    """Temporary media: they live three days."""

    async def upload(self, media_type: str, media_file: Upload) -> dict[str, Any]:
        """Upload an image, voice, video or thumb; the answer holds `media_id`. Raises SendError."""
        answer: dict[str, Any] = await self._post(
            "media/upload", params={"type": media_type}, files={"media": media_file}
        )
        return answer

    async def download(self, media_id: str) -> Answer:
        """The file that a person sent (at most DOWNLOAD_BYTES). Raises SendError.

        For a video WeChat answers an address instead, which is fetched without the token.
        """
        answer: Answer = await self._get("media/get", params={"media_id": media_id}, raw=True)
        if not answer.is_json:
            return answer
        address = answer.result(idempotent=True).get("video_url")
        if not isinstance(address, str):
            raise SendError(NO_ANSWER, errcode=None, detail="no media in the answer")
        fetched: Answer = await self._client.fetch(address)
        return fetched

    async def save(self, media_id: str, sink: Sink) -> None:
        """The file that a person sent, into a file. Raises SendError, TooLarge, Unwritable.

        For a video WeChat answers an address instead, which is fetched without the token.
        """
        answer: Answer = await self._get("media/get", params={"media_id": media_id}, raw=True, into=sink)
        if not answer.is_json:
            return
        result = answer.result(idempotent=True)
        address = result.get("video_url") if isinstance(result, dict) else None
        if not isinstance(address, str):
            raise SendError(NO_ANSWER, errcode=None, detail="no media in the answer")
        fetched: Answer = await self._client.fetch(address, into=sink)
        if fetched.is_json:
            fetched.result(idempotent=True)
            raise SendError(NO_ANSWER, errcode=None, detail="no media in the answer")


class QRCode(WeChatQRCode):  # type: ignore[misc]  # wechatpy ships no types
    """Codes that carry a scene."""

    async def show(self, ticket: str | Mapping[str, Any]) -> Answer:
        """The picture of a ticket, or of what `create` answered. Raises SendError."""
        named = ticket if isinstance(ticket, str) else str(ticket["ticket"])
        picture: Answer = await self._client.fetch(f"{self._client.pages_base}/cgi-bin/showqrcode", {"ticket": named})
        return picture


class Message(WeChatMessage):  # type: ignore[misc]  # wechatpy ships no types
    """Messages to one person."""

    async def send_template(
        self,
        user_id: str,
        template_id: str,
        data: Mapping[str, Any],
        url: str | None = None,
        mini_program: Mapping[str, str] | None = None,
        client_msg_id: str | None = None,
    ) -> dict[str, Any]:
        """Send a template message; the answer holds `msgid`. Raises SendError, ambiguous when it may have
        arrived.

        WeChat sends one message for one `client_msg_id` within CLIENT_MSG_ID_WINDOW: an ambiguous sending
        may be repeated with the same id within TEMPLATE_RESEND_WITHIN of the first attempt.
        """
        letter = {
            "touser": user_id,
            "template_id": template_id,
            "url": url,
            "miniprogram": mini_program,
            "client_msg_id": client_msg_id,
            "data": data,
        }
        said = {name: value for name, value in letter.items() if value is not None}
        answer: dict[str, Any] = await self._post("message/template/send", data=said)
        return answer

    async def send_subscribe(
        self, user_id: str, template_id: str, data: Mapping[str, Any], page: str | None = None
    ) -> dict[str, Any]:
        """Send a subscription notification (bizsend), which uses a tick of the person's. Raises SendError, ambiguous
        when it may have arrived: it has no id by which WeChat would know it again.
        """
        letter = {"touser": user_id, "template_id": template_id, "data": data, **({"page": page} if page else {})}
        answer: dict[str, Any] = await self._post("message/subscribe/bizsend", data=letter)
        return answer

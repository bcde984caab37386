"""What concerns the account itself: tokens, menu, media, QR codes, followers."""

import secrets
from typing import Any

from aiohttp import web

from simulator import limits
from simulator.api.errcodes import OK, refusal
from simulator.api.serving import Desk
from simulator.calls import Call
from simulator.checks.media import PERMANENT, scene_of
from simulator.checks.menu import buttons_of
from simulator.platform import QrCode
from simulator.samples import sample

FOLLOWERS_A_PAGE = 10_000
"""[O] openids in one answer of user/get."""


async def token(call: Call, desk: Desk) -> dict[str, Any]:
    """token: a new one at every call."""
    text, seconds = call.platform.tokens.plain(call.now)
    return {"access_token": text, "expires_in": seconds}


async def stable_token(call: Call, desk: Desk) -> dict[str, Any]:
    """stable_token: the same one until its last five minutes, unless force_refresh."""
    force = call.body.get("force_refresh") is True
    text, seconds = call.platform.tokens.stable(call.now, force=force)
    return {"access_token": text, "expires_in": seconds}


async def addresses(call: Call, desk: Desk) -> dict[str, Any]:
    """getcallbackip and get_api_domain_ip."""
    return {"ip_list": ["127.0.0.1"]}


async def menu_create(call: Call, desk: Desk) -> dict[str, Any]:
    """menu/create."""
    call.platform.menu = {"button": [_button(button) for button in buttons_of(call.body, "button")]}
    call.platform.feed.tell("menu", menu=call.platform.menu)
    return OK


async def menu_get(call: Call, desk: Desk) -> dict[str, Any]:
    """menu/get."""
    return {"menu": call.platform.menu} if call.platform.menu else refusal(46003)


async def menu_delete(call: Call, desk: Desk) -> dict[str, Any]:
    """menu/delete."""
    call.platform.menu = None
    call.platform.feed.tell("menu", menu=None)
    return OK


async def media_upload(call: Call, desk: Desk) -> dict[str, Any]:
    """media/upload."""
    content = call.upload.content if call.upload else b""
    medium = call.platform.media.keep(call.query["type"], content, call.now)
    name = "thumb_media_id" if medium.kind == "thumb" else "media_id"
    return {"type": medium.kind, name: medium.media_id, "created_at": medium.created_at}


async def media_get(call: Call, desk: Desk) -> dict[str, Any] | web.Response:
    """media/get: the file itself; of a video its address, which needs no token [O]."""
    medium = call.platform.media.get(call.query["media_id"], call.now)
    if medium is None:
        raise LookupError(call.query["media_id"])
    if medium.kind == "video":
        return {"video_url": f"{call.origin}/sim/media/{medium.media_id}"}
    name = f"{medium.media_id}.{medium.content_type.rsplit('/', 1)[-1]}"
    return web.Response(
        body=medium.content,
        content_type=medium.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def qrcode_create(call: Call, desk: Desk) -> dict[str, Any]:
    """qrcode/create."""
    ticket, scene = f"gQ{secrets.token_urlsafe(60)}", scene_of(call)
    permanent = call.value("action_name") in PERMANENT
    seconds = int(call.body.get("expire_seconds", 60))
    call.platform.qr_permanent += permanent
    call.platform.qr_codes[ticket] = QrCode(ticket, scene, None if permanent else call.now + seconds)
    answer = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[-22:]}"}
    return answer if permanent else {**answer, "expire_seconds": seconds}


async def qrcode_show(call: Call, desk: Desk) -> web.Response:
    """showqrcode: a picture (not a code that a camera reads; the page scans by the scene)."""
    if call.query.get("ticket", "") not in call.platform.qr_codes:
        return web.Response(status=404)
    return web.Response(body=sample("image", 7), content_type="image/jpeg")


async def user_info(call: Call, desk: Desk) -> dict[str, Any]:
    """user/info: since 2021 without nickname and picture."""
    person = call.person
    if person is None or not person.followed:
        return {"subscribe": 0, "openid": call.openid}
    return {
        "subscribe": 1,
        "openid": person.openid,
        "language": "zh_CN",
        "subscribe_time": person.followed_at,
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if person.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": person.scene,
    }


async def user_get(call: Call, desk: Desk) -> dict[str, Any]:
    """user/get: the followers after next_openid, a page at a time."""
    followers = [person.openid for person in call.platform.people if person.followed]
    after = call.query.get("next_openid", "")
    start = followers.index(after) + 1 if after in followers else 0
    page = followers[start : start + FOLLOWERS_A_PAGE]
    found: dict[str, Any] = {"total": len(followers), "count": len(page)}
    return {**found, "data": {"openid": page}, "next_openid": page[-1]} if page else {**found, "next_openid": ""}


async def oauth_token(call: Call, desk: Desk) -> dict[str, Any]:
    """sns/oauth2/access_token: a code becomes an openid, once."""
    grant = call.platform.grants[call.value("code")]
    grant.used = True
    return {
        "access_token": secrets.token_urlsafe(64),
        "expires_in": limits.TOKEN_SECONDS,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": grant.openid,
        "scope": grant.scope,
    }


def _button(button: dict[str, Any]) -> dict[str, Any]:
    """A button as menu/get gives it back: always with a list below."""
    return {**button, "sub_button": [{**sub, "sub_button": []} for sub in buttons_of(button, "sub_button")]}

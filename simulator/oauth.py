"""The page that a browser inside WeChat passes through to tell a web page who has opened it (snsapi_base)."""

import secrets
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from aiohttp import web
from yarl import URL

from simulator import limits
from simulator.api.errcodes import refusal
from simulator.calls import Call
from simulator.platform import Grant, Platform
from simulator.rules import AUTHORIZE, broken_by_call

COOKIE = "sim_openid"
"""Set by the page, just before a link is opened, to the person whose phone it was tapped on."""


@dataclass(frozen=True, slots=True)
class OAuth:
    """Serves /connect/oauth2/authorize of one platform."""

    platform: Platform

    def routes(self) -> list[web.RouteDef]:
        """The one path."""
        return [web.get(f"/{AUTHORIZE}", self._authorize)]

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        now = self.platform.clock()
        origin = str(request.url.origin())
        call = Call(self.platform, AUTHORIZE, request.query, None, None, False, now, origin)
        for rule, detail in broken_by_call(call):
            self.platform.accuse(rule.id, f"{AUTHORIZE}: {detail}", "")
            if rule.errcode:
                return web.json_response(refusal(rule.errcode, detail), status=400)
        target = call.value("redirect_uri")
        if call.value("response_type") != "code" or not target.startswith(("http://", "https://")):
            return web.json_response(refusal(40097, "redirect_uri, response_type"), status=400)
        openid = call.value("openid") or request.cookies.get(COOKIE, "")
        if not openid:
            return web.Response(text=self._who(request), content_type="text/html")
        code = f"0{secrets.token_urlsafe(23)}"
        self.platform.grants[code] = Grant(openid, now + limits.CODE_SECONDS, call.value("scope"))
        query = {"code": code, "state": call.value("state")}
        raise web.HTTPFound(URL(target).update_query(query))

    def _who(self, request: web.Request) -> str:
        """Without a phone, the browser asks whose it is."""
        links = "".join(
            f'<li><a href="{escape(request.path_qs)}&amp;openid={quote(person.openid)}">{escape(person.name)}</a></li>'
            for person in self.platform.people
        )
        return f'<!doctype html><meta charset="utf-8"><title>网页授权</title><h1>以谁的身份打开？</h1><ul>{links}</ul>'

"""Pages as HTML: one template folder, everything escaped, nothing from elsewhere, nothing kept by a browser."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
)
"""Of every page: the address of an upload page is a key, it must not travel on in a Referer."""


class Pages:
    """The templates, compiled when first used."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, status: int = 200, **shown: object) -> web.Response:
        """A page; `shown` is what the template names."""
        body = self._templates.get_template(template).render(**shown)
        return web.Response(text=body, content_type="text/html", status=status, headers=HEADERS)


def asset(name: str, content_type: str) -> web.Response:
    """A file beside the templates, which a browser may keep for an hour."""
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=(STATIC / name).read_bytes(), content_type=content_type, charset="utf-8", headers=headers)

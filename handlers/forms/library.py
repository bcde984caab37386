"""The compiled forms by version id: each is loaded and compiled once, and kept while it is used."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from handlers.forms.form import Form
from handlers.forms.layouts import prepare
from handlers.forms.xform import compile_form


class FormLibrary:
    """Compiled forms, the most recently used `size` of them. For one event loop."""

    def __init__(self, load: Callable[[int], Awaitable[str]], size: int = 64) -> None:
        """`load` gives the stored XForm XML of a version id, and raises what it likes when there is none."""
        self._load = load
        self._size = size
        self._forms: OrderedDict[int, Form] = OrderedDict()
        self._locks: dict[int, asyncio.Lock] = {}

    async def get(self, version_id: int) -> Form:
        """The compiled form. Raises what `load` raises, or FormError when the stored XML is not a form of ours."""
        form = self._forms.get(version_id)
        if form is not None:
            self._forms.move_to_end(version_id)
            return form
        lock = self._locks.setdefault(version_id, asyncio.Lock())
        try:
            async with lock:
                return await self._fetch(version_id)
        finally:
            if not lock.locked():
                self._locks.pop(version_id, None)

    async def _fetch(self, version_id: int) -> Form:
        form = self._forms.get(version_id)
        if form is None:
            xml = await self._load(version_id)
            form = await asyncio.to_thread(_ready, xml)  # 10 to 60 ms
            self._forms[version_id] = form
            while len(self._forms) > self._size:
                self._forms.popitem(last=False)
        return form


def _ready(xml: str) -> Form:
    form = compile_form(xml)
    prepare(form)
    return form

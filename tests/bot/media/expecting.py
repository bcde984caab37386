"""A bot that keeps whatever it is sent for one question of one draft, and says where to upload more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.organisation import add_unit
from handlers import routes
from handlers.base import Context, Conversation, Inbound, Outcome, Said, text
from handlers.forms.workbook import CompiledWorkbook, compile_workbook
from storage.admin import administer
from storage.commands import BeginDraft, Command, DropDraft, ExpectMedia
from storage.database import Database
from storage.views import MediaView
from storage.vocabulary import Audience, Level, MediaKind
from tests.world import GROUP, World, open_world

DRAFT, REF = "d" * 22, "/data/image"
FORM = "evidence"
WORKBOOK = f"""
| 问卷 | 类型 | 名称 | 题目 |
| | 图片 | image | 现场照片 |
| | 录音 | audio | 现场录音 |
| | 视频 | video | 现场录像 |
| | 文件 | file | 相关文件 |

| 设置 | 表单标题 | 表单编号 | 层级 |
| | 综合观察表 | {FORM} | 综合 |
"""
KINDS = {"image": MediaKind.IMAGE, "voice": MediaKind.AUDIO, "video": MediaKind.VIDEO, "shortvideo": MediaKind.VIDEO}


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """开表, 弃表, 链接 KIND, and media; everything else as ever."""
    commands: tuple[Command, ...]
    if inbound.text == "开表":
        principal = await context.records.principal()
        form = next(each for each in await context.records.forms() if each.name == FORM)
        commands = (BeginDraft(DRAFT, form.form_version_id, form.appointment_id, principal.person_id or 0),)
    elif inbound.text == "弃表":
        commands = (DropDraft(DRAFT),)
    elif inbound.text.startswith("链接"):
        kind = inbound.text.partition(" ")[2]
        link = context.upload_link(DRAFT, ref_of(kind), kind)
        return Outcome(said=Said(conversation, text(link or "没有设置上传页")))
    elif inbound.kind in KINDS:
        commands = (ExpectMedia(context.fresh_id(), DRAFT, REF, KINDS[inbound.kind], inbound.media_id),)
    else:
        return await routes.answer(inbound, conversation, context)
    return Outcome(commands=commands, then=lambda results: Said(conversation, text("好")))


def ref_of(kind: str) -> str:
    """The question of the form that takes this kind of media."""
    return f"/data/{kind}"


@cache
def _compiled() -> CompiledWorkbook:
    return compile_workbook(WORKBOOK)


async def publish(database: Database, now: datetime) -> None:
    """Offer the form to the group's observers."""
    compiled = _compiled()
    async with administer(database, actor="test", now=now) as admin:
        await admin.publish_form(
            name=compiled.name,
            title=compiled.title,
            level=Level.COMPREHENSIVE,
            unit=await add_unit(admin, (GROUP,)),
            xml=compiled.xml,
            sha256=compiled.sha256,
            audience=Audience.OBSERVERS,
        )


@asynccontextmanager
async def expecting(folder: Path, **changed: Any) -> AsyncIterator[tuple[World, Database]]:
    """A world with that bot in which wang has begun the draft, and its records."""
    overrides = {"answer": answer, **changed.pop("overrides", {})}
    async with (
        open_world(folder, overrides=overrides, **changed) as world,
        Database(world.settings.database) as database,
    ):
        await publish(database, world.clock())
        assert await world.user("wang").says("开表") == "好"
        yield world, database


async def media_of(world: World, database: Database) -> tuple[MediaView, ...]:
    """What the records know of wang's draft."""
    contact = await database.contact_of("wang", world.clock())
    return await database.records(contact, now=world.clock()).media(DRAFT)


async def until(
    world: World, database: Database, wanted: Callable[[tuple[MediaView, ...]], bool]
) -> tuple[MediaView, ...]:
    """The media once `wanted` holds of them; AssertionError after 10 seconds."""
    found: tuple[MediaView, ...] = ()
    for _ in range(200):
        found = await media_of(world, database)
        if found and wanted(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


def kept(world: World) -> list[Path]:
    """Every file under the media folder."""
    return sorted(path for path in (world.settings.data_dir / "media").rglob("*") if path.is_file())

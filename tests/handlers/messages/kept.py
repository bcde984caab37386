"""What the records keep of messages and findings, as a test looks at it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import col

from storage.models import Finding, Message
from tests.handlers.desk import Office

SUGGESTION = "建议食堂晚上加一个热菜，加班的人能吃上"
INQUIRY = "请问出差的住宿标准是多少，去哪里报销"
COMPLAINT = "宿舍热水器坏了半个月，报了三次没有人修"


async def messages(office: Office) -> list[Message]:
    """Every message, the first one first."""
    engine = create_async_engine(office.url)
    async with AsyncSession(engine) as session:
        found = (await session.execute(select(Message).order_by(col(Message.id)))).scalars().all()
    await engine.dispose()
    return list(found)


async def findings(office: Office) -> list[Finding]:
    """Every finding of a sheet, the first one first."""
    engine = create_async_engine(office.url)
    async with AsyncSession(engine) as session:
        found = (await session.execute(select(Finding).order_by(col(Finding.id)))).scalars().all()
    await engine.dispose()
    return list(found)


async def only(office: Office) -> Message:
    """The one message that there is."""
    (kept,) = await messages(office)
    return kept

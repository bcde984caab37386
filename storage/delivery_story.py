"""The story of a delivery, line by line (推送): many get the same line at once, in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import String, bindparam, insert, select, update

from storage.models import Delivery, DeliveryEvent, core
from storage.statements import Executor
from storage.vocabulary import DeliveryState, DeliveryStep, DeliveryWay

_DELIVERY, _EVENT = core(Delivery), core(DeliveryEvent)
_LINE = insert(_EVENT).from_select(
    ["delivery_id", "at", "what", "way", "detail"],
    select(
        _DELIVERY.c.id,
        bindparam("told_at", type_=_EVENT.c.at.type),
        bindparam("told_what", type_=String),
        bindparam("told_way", type_=String),
        bindparam("told_detail", type_=String),
    ).where(_DELIVERY.c.id.in_(bindparam("ids", expanding=True))),
)
_NAME = update(_DELIVERY).where(_DELIVERY.c.id == bindparam("of")).values(msg_key=bindparam("key"))


async def tell_story(
    executor: Executor,
    ids: Sequence[int],
    now: datetime,
    step: DeliveryStep,
    *,
    way: DeliveryWay | None = None,
    detail: str = "",
) -> None:
    """Write the same line into the stories of these deliveries; `detail`: an errcode or a reason."""
    line = {
        "ids": ids,
        "told_at": now,
        "told_what": step.value,
        "told_way": None if way is None else way.value,
        "told_detail": detail,
    }
    await executor.execute(_LINE, line)


async def tell_end(
    executor: Executor,
    ids: Sequence[int],
    now: datetime,
    state: DeliveryState,
    detail: str,
    *,
    way: DeliveryWay | None = None,
) -> None:
    """Write into the stories of these deliveries that they came to this end."""
    await tell_story(executor, ids, now, DeliveryStep.ENDED, way=way, detail=f"{state} {detail}".strip())


async def name_sendings(executor: Executor, keys: Mapping[int, str]) -> None:
    """Remember by which key (msg_key) status events will name these deliveries."""
    if keys:
        await executor.execute(_NAME, [{"of": number, "key": key} for number, key in keys.items()])

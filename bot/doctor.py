"""`qingfeng doctor`: looks at everything that must be right before people can chat, and says what to do."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import aiohttp

from bot.operations import wechat_for_command
from bot.settings import Settings
from bot.wechat.errors import SendError
from bot.wechat.limits import ways
from bot.workdays import Workdays
from handlers.deliveries.days import full_day
from handlers.rounds.workdays import WorkCalendar
from storage.conversations.contract import StoreUnavailable
from storage.conversations.opening import open_store
from storage.conversations.redis_link import durability
from storage.conversations.sqlite_file import StoreInUse
from storage.database import Database, RecordsUnavailable

TIMEOUT = aiohttp.ClientTimeout(total=6)
"""Seconds for one look; WeChat itself waits 5 s for a callback."""
CLOCK_SECONDS = 60
"""A clock that is further off soon refuses genuine callbacks (QF_MAX_AGE) and misjudges a token's end."""
WAY_NAMES = {
    "passive": "被动回复",
    "customer_service": "客服消息",
    "template": "模板消息",
    "subscribe_notice": "订阅通知",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: its name, whether all is well, and what was seen or what to do (Chinese). `soon`: all is well, but not
    for long.
    """

    name: str
    well: bool
    advice: str
    soon: bool = False

    @property
    def state(self) -> str:
        """正常, 注意 or 有问题, in rich's markup."""
        if not self.well:
            return "[red]有问题[/]"
        return "[yellow]注意[/]" if self.soon else "[green]正常[/]"


async def examine(settings: Settings) -> list[Finding]:
    """All looks, in the order of the table."""
    checks: tuple[tuple[str, Callable[[Settings], Awaitable[Finding]]], ...] = (
        ("设置", _settings),
        ("会话库", _conversations),
        ("业务库", _records),
        ("时钟", _clock),
        ("令牌", _token),
        ("回调", _callback),
        ("放假安排", _workdays),
    )
    return list(await asyncio.gather(*(_look(name, check, settings) for name, check in checks)))


async def _look(name: str, check: Callable[[Settings], Awaitable[Finding]], settings: Settings) -> Finding:
    try:
        return await check(settings)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return Finding(name, False, f"连不上：{type(error).__name__}。请检查网络、地址与防火墙。")


async def _settings(settings: Settings) -> Finding:
    names = "、".join(WAY_NAMES[way] for way in sorted(ways(settings.wechat_account)))
    mode = "安全模式" if settings.wechat_aes_key and settings.wechat_mode == "safe" else "明文模式"
    advice = f"{mode}；这类账号可用：{names}"
    if settings.wechat_aes_key_previous is not None:
        advice += "；更换密钥满一天后请去掉 QF_WECHAT_AES_KEY_PREVIOUS"
    return Finding("设置", True, advice)


async def _conversations(settings: Settings) -> Finding:
    url = settings.conversations
    try:
        async with open_store(url) as store:
            await store.conversations.ping()
    except StoreInUse:
        return await _running_store(settings)
    except StoreUnavailable as error:
        return Finding("会话库", False, f"不可用：{error}。请检查 QF_CONVERSATIONS_URL 与该服务。")
    if not url.startswith("sqlite"):
        return await _redis_keeps(url)
    return Finding("会话库", True, "可读可写")


async def _redis_keeps(url: str) -> Finding:
    """A server that throws data away, or forgets it at a restart, must not hold conversations."""
    seen = await durability(url)
    advice = []
    if not seen.recent_enough:
        advice.append("版本过旧，需要 Redis 6.2 以上或 Valkey")
    if seen.policy != "noeviction":
        advice.append(f"maxmemory-policy 现为 {seen.policy}，请改为 noeviction")
    if not seen.append_only:
        advice.append("未开启 AOF，请设置 appendonly yes")
    return Finding("会话库", not advice, "；".join(advice) or f"{seen.server} 可读可写，AOF 已开启")


async def _running_store(settings: Settings) -> Finding:
    """The file belongs to a running bot: ask it."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.get(f"http://{host}:{settings.port}/readyz") as response,
    ):
        answer = await response.json()
    if answer.get("conversations"):
        return Finding("会话库", True, "正由运行中的机器人使用，它报告可读可写")
    return Finding("会话库", False, "运行中的机器人报告会话库不可写：请检查磁盘空间与数据目录的权限。")


async def _records(settings: Settings) -> Finding:
    try:
        async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
            await database.ping()
    except RecordsUnavailable as error:
        return Finding("业务库", False, f"不可用：{error}。先运行 qingfeng db upgrade，再检查 QF_DATABASE_URL。")
    return Finding("业务库", True, "可读可写，版本一致")


async def _clock(settings: Settings) -> Finding:
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.get(settings.wechat_api_base) as response,
    ):
        stated = response.headers.get("Date", "")
    try:
        theirs = parsedate_to_datetime(stated)
    except ValueError:
        return Finding("时钟", False, f"{settings.wechat_api_base} 没有报时，请核对 QF_WECHAT_API_BASE。")
    seconds = abs((datetime.now(UTC) - theirs).total_seconds())
    if seconds > CLOCK_SECONDS:
        return Finding("时钟", False, f"与微信相差 {seconds:.0f} 秒，请开启 NTP 校时。")
    return Finding("时钟", True, f"与微信相差 {seconds:.0f} 秒")


async def _token(settings: Settings) -> Finding:
    try:
        async with wechat_for_command(settings) as client:
            await client.token()
    except SendError as error:
        return Finding("令牌", False, str(error))
    return Finding("令牌", True, "已取得 access_token")


async def _callback(settings: Settings) -> Finding:
    """The GET that WeChat sends when the server configuration is saved, by the address that WeChat would use."""
    base = settings.web_base or f"http://{settings.host}:{settings.port}"
    echo, nonce, timestamp = (
        secrets.token_hex(8),
        secrets.token_hex(8),
        str(int(datetime.now(UTC).timestamp())),
    )
    parts = "".join(sorted([settings.wechat_token.get_secret_value(), timestamp, nonce]))
    signature = hashlib.sha1(parts.encode(), usedforsecurity=False).hexdigest()
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.get(f"{base.rstrip('/')}/wechat", params=query) as response,
    ):
        answer = await response.text()
    if response.status != 200 or answer != echo:  # noqa: PLR2004 - HTTP OK
        return Finding(
            "回调", False, f"{base}/wechat 答复 HTTP {response.status}。请核对反向代理，以及 Token 是否一致。"
        )
    if not settings.web_base:
        return Finding("回调", True, "本机可达；请设置 QF_WEB_BASE，以便从外网地址检查。")
    return Finding("回调", True, f"{base}/wechat 可达")


async def _workdays(settings: Settings) -> Finding:
    """The working days that due days are counted in: a file that cannot be read, and days that run out."""
    workdays = Workdays(settings.data_dir)
    calendar = await asyncio.to_thread(workdays)
    if workdays.fault:
        return Finding("放假安排", False, workdays.fault)
    return days_off(calendar, datetime.now(ZoneInfo(settings.timezone)).date())


def days_off(calendar: WorkCalendar, today: date) -> Finding:
    """How long the days off are known, seen from `today` (the enterprise's day)."""
    warning = calendar.warning(today)
    if warning is None:
        return Finding("放假安排", True, f"已知到 {full_day(calendar.known_until)}")
    return Finding("放假安排", calendar.known_until >= today, warning, soon=True)

"""Every setting of the bot, from the environment (prefix QF_); a wrong one is named in the error."""

import hashlib
import hmac
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.wechat.envelope import Keys, Mode, aes_key
from bot.wechat.limits import MAX_AGE, Account, Way, ways
from bot.wechat.templates import Templates, read_templates
from nlp.similarity import NEAR_COPY
from storage.connections import database_url
from storage.conversations.opening import open_store
from storage.vocabulary import DeliveryWay, MediaKind


class SettingsError(Exception):
    """One line a wrong setting, each beginning with the variable's name."""


class Settings(BaseSettings):
    """The environment of one deployment. README.md, section Settings, is the table for people."""

    model_config = SettingsConfigDict(env_prefix="QF_", frozen=True, extra="ignore", env_ignore_empty=True)

    wechat_token: SecretStr = Field(description="公众号后台“服务器配置”里的 Token")
    wechat_appid: str = Field(description="公众号的 AppID", min_length=1)
    wechat_secret: SecretStr = Field(description="公众号的 AppSecret")
    wechat_aes_key: SecretStr | None = Field(default=None, description="EncodingAESKey，43 个字符；安全模式必填")
    wechat_aes_key_previous: SecretStr | None = Field(default=None, description="更换密钥期间仍接受的旧 EncodingAESKey")
    wechat_mode: Mode = Field(default=Mode.SAFE, description="消息加解密方式：safe 安全模式，plain 明文模式")
    wechat_account: Account = Field(
        default=Account.SERVICE, description="账号类型：service 认证服务号，subscription 订阅号，test 测试号"
    )
    wechat_api_base: str = Field(default="https://api.weixin.qq.com", description="微信接口地址；演示时指向模拟器")
    database_url: str = Field(
        default="", description="业务库；默认 QF_DATA_DIR 下的 SQLite，可用 postgresql+asyncpg://…"
    )
    conversations_url: str = Field(default="", description="会话库；默认 QF_DATA_DIR 下的 SQLite，可用 redis://…")
    data_dir: Path = Field(default=Path("data"), description="数据目录")
    host: str = Field(default="127.0.0.1", description="监听地址")
    port: int = Field(default=8080, ge=1, le=65535, description="监听端口")
    workers: int = Field(default=1, ge=1, le=64, description="进程数；大于 1 时须用 PostgreSQL 与 Redis")
    web_base: str = Field(
        default="", description="外网可访问的网址前缀，如 https://example.com；上传页的链接和 doctor 的检查用它"
    )
    timezone: str = Field(default="Asia/Shanghai", description="企业所在时区")
    max_age: float = Field(default=MAX_AGE, ge=10, description="回调时间戳允许的偏差（秒）")
    copy_threshold: float = Field(
        default=NEAR_COPY, ge=0.3, le=1, description="两段文字相似到多少（0.3–1）算几乎相同；越小越容易提示"
    )
    draft_days: int = Field(default=14, ge=2, le=365, description="没人动的草稿保留多少天")
    delivery_days: int = Field(
        default=400, ge=90, le=3650, description="推送和它的经过保留多少天；还在等的不删，交没交表、期次不受影响"
    )
    image_mb: float = Field(default=20, gt=0, le=100, description="从微信接收的一张图片最大多少 MB")
    voice_mb: float = Field(default=5, gt=0, le=100, description="从微信接收的一条语音最大多少 MB")
    video_mb: float = Field(default=20, gt=0, le=100, description="从微信接收的一段视频最大多少 MB")
    upload_mb: float = Field(default=20, gt=0, le=500, description="上传页上一个文件最大多少 MB")
    office_contact: str = Field(
        default="",
        max_length=300,  # with the longest words around it one message of 2,048 bytes: such a reply has no further page
        description="怎样联系纪检机构（电话、邮箱、地址），300 字内，原样告诉反映的人；不填则请他们找纪检人员或 12388",
    )
    templates: str = Field(
        default="", description="模板消息与订阅通知：JSON，写法见 docs/deliveries.md；不填则只发客服消息"
    )
    custom_rate: float = Field(default=100, gt=0, le=10_000, description="客服消息每秒最多发多少条（所有进程合计）")
    template_rate: float = Field(default=100, gt=0, le=10_000, description="模板消息每秒最多发多少条（所有进程合计）")
    subscribe_rate: float = Field(default=100, gt=0, le=10_000, description="订阅通知每秒最多发多少条（所有进程合计）")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="日志级别")

    @field_validator("wechat_token", "wechat_secret")
    @classmethod
    def _not_blank(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError("must not be blank")
        return value

    @field_validator("office_contact")
    @classmethod
    def _is_no_blank(cls, value: str) -> str:
        return value.strip()

    @field_validator("wechat_aes_key", "wechat_aes_key_previous")
    @classmethod
    def _is_aes_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return value
        aes_key(value.get_secret_value())
        return value

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be an IANA timezone such as Asia/Shanghai") from None
        return value

    @field_validator("wechat_api_base", "web_base")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must be an address such as https://example.com")
        return value.rstrip("/")

    @field_validator("templates")
    @classmethod
    def _are_templates(cls, value: str) -> str:
        read_templates(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        if value:
            database_url(value)
        return value

    @field_validator("conversations_url")
    @classmethod
    def _is_store(cls, value: str) -> str:
        if value:
            open_store(value)  # opens nothing until it is entered
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.wechat_mode is Mode.SAFE and self.wechat_aes_key is None:
            raise ValueError("QF_WECHAT_AES_KEY: safe mode needs the EncodingAESKey")
        if self.workers > 1 and not self.shared_stores:
            raise ValueError(
                "QF_WORKERS: several workers need QF_DATABASE_URL=postgresql+asyncpg://… "
                "and QF_CONVERSATIONS_URL=redis://…; with SQLite exactly one process may run"
            )
        return self

    @property
    def database(self) -> str:
        """The URL of the records."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'records.db').absolute()}"

    @property
    def conversations(self) -> str:
        """The URL of the conversation store."""
        return self.conversations_url or f"sqlite:///{(self.data_dir / 'conversations.db').absolute()}"

    @property
    def shared_stores(self) -> bool:
        """Whether both stores are servers that several workers may share."""
        return self.database.startswith("postgresql") and not self.conversations.startswith("sqlite")

    @property
    def keys(self) -> Keys:
        """What we share with WeChat. In plain mode without a key the AES key is never used."""
        current, previous = self.wechat_aes_key, self.wechat_aes_key_previous
        return Keys(
            self.wechat_token.get_secret_value(),
            self.wechat_appid,
            aes_key(current.get_secret_value()) if current else bytes(32),
            aes_key(previous.get_secret_value()) if previous else None,
        )

    @property
    def code_key(self) -> bytes:
        """The HMAC key of invite codes; a new AppSecret ends the codes that are out."""
        return hmac.digest(self.wechat_secret.get_secret_value().encode(), b"invite codes", hashlib.sha256)

    @property
    def upload_key(self) -> bytes:
        """The key of links to the upload page; a new AppSecret ends the links that are out."""
        return hmac.digest(self.wechat_secret.get_secret_value().encode(), b"upload links", hashlib.sha256)

    @property
    def message_templates(self) -> Templates:
        """The account's templates, by what a delivery is about."""
        return read_templates(self.templates)

    @property
    def delivery_ways(self) -> frozenset[DeliveryWay]:
        """The ways by which this kind of account may send something unasked."""
        return frozenset(DeliveryWay(way.value) for way in ways(self.wechat_account) if way is not Way.PASSIVE)

    @property
    def rates(self) -> Mapping[DeliveryWay, float]:
        """Calls a second of each way, of all workers together."""
        return {
            DeliveryWay.CUSTOMER_SERVICE: self.custom_rate,
            DeliveryWay.TEMPLATE: self.template_rate,
            DeliveryWay.SUBSCRIBE_NOTICE: self.subscribe_rate,
        }

    @property
    def media_bytes(self) -> Mapping[MediaKind, int]:
        """The most bytes of a medium that WeChat hands over, by kind."""
        most = {MediaKind.IMAGE: self.image_mb, MediaKind.AUDIO: self.voice_mb, MediaKind.VIDEO: self.video_mb}
        return {**{kind: int(mb * 2**20) for kind, mb in most.items()}, MediaKind.FILE: self.upload_bytes}

    @property
    def upload_bytes(self) -> int:
        """The most bytes of one file on the upload page."""
        return int(self.upload_mb * 2**20)

    @cached_property
    def _log_key(self) -> bytes:
        return hmac.digest(self.wechat_secret.get_secret_value().encode(), b"names in logs", hashlib.sha256)

    def log_name(self, openid: str) -> str:
        """What stands in logs for a person: a keyed hash (64 bits, hex)."""
        return hashlib.blake2b(openid.encode(), key=self._log_key, digest_size=8).hexdigest()


def load(**overrides: object) -> Settings:
    """The settings of this environment; raises SettingsError with one line a wrong variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # the rest comes from the environment
    except ValidationError as error:
        raise SettingsError("\n".join(_line(item["loc"], item["msg"]) for item in error.errors())) from None


def _line(location: tuple[int | str, ...], message: str) -> str:
    plain = "没有设置" if message == "Field required" else message.removeprefix("Value error, ")
    return f"QF_{str(location[0]).upper()}: {plain}" if location else plain

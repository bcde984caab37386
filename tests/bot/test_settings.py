"""Settings: every variable is in the README, and a wrong one is named."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load
from tests.world import SECRETS

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_every_setting_is_in_the_readme_and_only_those() -> None:
    """The table for people and the code agree."""
    documented = set(re.findall(r"^\| `(QF_\w+)` \|", README, re.MULTILINE))
    assert documented == {f"QF_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"wechat_token": " "}, "QF_WECHAT_TOKEN"),
        ({"wechat_appid": ""}, "QF_WECHAT_APPID"),
        ({"wechat_aes_key": "short"}, "QF_WECHAT_AES_KEY"),
        ({"wechat_aes_key": None}, "QF_WECHAT_AES_KEY"),
        ({"wechat_aes_key_previous": "!" * 43}, "QF_WECHAT_AES_KEY_PREVIOUS"),
        ({"wechat_mode": "mixed"}, "QF_WECHAT_MODE"),
        ({"wechat_account": "personal"}, "QF_WECHAT_ACCOUNT"),
        ({"port": 0}, "QF_PORT"),
        ({"timezone": "Mars/Olympus"}, "QF_TIMEZONE"),
        ({"database_url": "mysql://x"}, "QF_DATABASE_URL"),
        ({"database_url": "sqlite+aiosqlite:///"}, "QF_DATABASE_URL"),
        ({"database_url": "postgresql+asyncpg://h:notaport/d"}, "QF_DATABASE_URL"),
        ({"conversations_url": "memcached://x"}, "QF_CONVERSATIONS_URL"),
        ({"conversations_url": "sqlite:///"}, "QF_CONVERSATIONS_URL"),
        ({"conversations_url": "redis://h:notaport/0"}, "QF_CONVERSATIONS_URL"),
        ({"wechat_api_base": "nonsense"}, "QF_WECHAT_API_BASE"),
        ({"web_base": "wx.example.com"}, "QF_WEB_BASE"),
        ({"templates": "{"}, "QF_TEMPLATES"),
        ({"templates": '{"reminder": {"id": "T", "fields": {"time1": "what"}}}'}, "QF_TEMPLATES"),
        ({"template_rate": 0}, "QF_TEMPLATE_RATE"),
        ({"workers": 2}, "QF_WORKERS"),
        ({"workers": 2, "database_url": "postgresql+asyncpg://h/d"}, "QF_WORKERS"),
        ({"office_contact": "纪" * 301}, "QF_OFFICE_CONTACT"),
    ],
)
def test_a_wrong_setting_is_named(changed: dict[str, object], variable: str) -> None:
    """One line, beginning with the variable."""
    with pytest.raises(SettingsError) as raised:
        load(**{**SECRETS, **changed})
    assert str(raised.value).startswith(f"{variable}:")
    assert len(str(raised.value).splitlines()) == 1


def test_what_is_missing_is_named_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator sees every missing variable in one start."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"QF_{name.upper()}", raising=False)
    with pytest.raises(SettingsError) as raised:
        load()
    assert {line.split(":")[0] for line in str(raised.value).splitlines()} == {
        "QF_WECHAT_TOKEN",
        "QF_WECHAT_APPID",
        "QF_WECHAT_SECRET",
    }


def test_secrets_are_not_printed() -> None:
    """A settings object in a log shows no secret."""
    settings = load(**SECRETS)
    printed = repr(settings) + str(settings.keys)
    for name in ("wechat_token", "wechat_secret", "wechat_aes_key"):
        assert SECRETS[name] not in printed


def test_several_workers_with_servers_are_fine() -> None:
    """PostgreSQL and Redis may be shared."""
    stores = {"database_url": "postgresql+asyncpg://h/d", "conversations_url": "redis://h/0"}
    assert load(**{**SECRETS, **stores, "workers": 4}).workers == 4


def test_a_person_has_one_name_in_logs() -> None:
    """Stable, keyed, and not the openid."""
    settings = load(**SECRETS)
    other = load(**{**SECRETS, "wechat_secret": "another"})
    assert settings.log_name("o1") == settings.log_name("o1") != settings.log_name("o2")
    assert settings.log_name("o1") != other.log_name("o1")


@pytest.mark.parametrize(("given", "shown"), [("  ", ""), ("\n电话 0571-1\n", "电话 0571-1")])
def test_a_blank_contact_is_none(given: str, shown: str) -> None:
    """People were told to ring "   "."""
    assert load(**SECRETS, office_contact=given).office_contact == shown

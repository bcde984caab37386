"""The `qingfeng` command."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from bot.account_cli import migrate_account
from bot.deliver_cli import deliver
from bot.forms_cli import forms
from bot.people_cli import import_people, write_template
from bot.registering_cli import add, invite
from bot.rounds_cli import rounds
from bot.settings import Settings
from bot.terminal import actor, console, finish, settings_or_exit, with_database
from bot.text_cli import classify, lexicon
from storage.conversations.contract import StoreUnavailable
from storage.conversations.sqlite_file import StoreInUse
from storage.errors import RecordsUnavailable

app = typer.Typer(help="清风观察：廉洁观察微信机器人", no_args_is_help=True, pretty_exceptions_enable=False)
db = typer.Typer(help="业务库", no_args_is_help=True)
menu = typer.Typer(help="公众号底部菜单", no_args_is_help=True)
people = typer.Typer(help="人员", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(menu, name="menu")
app.add_typer(people, name="people")
app.add_typer(forms, name="forms")
app.add_typer(lexicon, name="lexicon")
app.add_typer(rounds, name="rounds")
app.command("classify")(classify)
app.command("deliver")(deliver)
people.command("add")(add)
people.command("invite")(invite)
people.command("import")(import_people)
people.command("template")(write_template)
people.command("migrate-account")(migrate_account)


@app.command()
def serve(worker: Annotated[bool, typer.Option("--worker", hidden=True)] = False) -> None:
    """启动机器人（QF_WORKERS 大于 1 时启动多个进程）。"""
    from bot.app import build
    from bot.serving import run_worker, run_workers
    from bot.telemetry import configure_logging

    settings = settings_or_exit()
    configure_logging(settings.log_level)
    if settings.workers > 1 and not worker:
        raise typer.Exit(run_workers(settings))
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        console.print(f"[red]数据目录不可用[/] QF_DATA_DIR={settings.data_dir}：{error.strerror}", highlight=False)
        raise typer.Exit(3) from None
    try:
        run_worker(build(settings), settings)
    except StoreUnavailable as error:
        console.print(f"[red]会话库不可用[/]：{error}（先试 qingfeng doctor）", highlight=False)
        raise typer.Exit(3) from None
    except StoreInUse as error:
        console.print(f"[red]会话库已被占用[/]：{error}", highlight=False)
        raise typer.Exit(3) from None
    except OSError as error:
        console.print(f"[red]无法监听 {settings.host}:{settings.port}[/]：{error.strerror}", highlight=False)
        raise typer.Exit(3) from None


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="机器人的端口；模拟器用下一个")] = 8080,
    folder: Annotated[Path, typer.Option("--data", help="演示数据目录")] = Path("data/demo"),
    env: Annotated[bool, typer.Option("--env", help="不启动，只给出演示的环境变量，供 eval 使用")] = False,
) -> None:
    """演示：示例集团 + 机器人 + 微信模拟器。"""
    from bot import demo as demonstration

    if env:
        typer.echo(demonstration.shell_lines(folder.absolute(), port, os.environ))
        return
    for name in [name for name in os.environ if name.startswith("QF_")]:
        del os.environ[name]  # a demo never touches a deployment's databases
    environment = demonstration.demo_environment(folder.absolute(), port)
    os.environ.update(environment)
    people_file = demonstration.prepare(settings_or_exit())
    raise typer.Exit(demonstration.run(environment, people_file, port, console))


@db.command("upgrade")
def db_upgrade(
    group: Annotated[str, typer.Option(help="集团名称：给出时为它发布内置表单")] = "",
) -> None:
    """把业务库升级到当前版本。"""
    from bot.organisation import publish_catalog
    from storage.upgrade import upgrade

    settings = settings_or_exit()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        upgrade(settings.database)
    except RecordsUnavailable as error:
        console.print(f"[red]业务库不可用[/]：{error}", highlight=False)
        raise typer.Exit(1) from None
    console.print("业务库已是最新。")
    if group:
        _check_group(settings, group)
        done = finish(with_database(settings, lambda d: publish_catalog(d, group, datetime.now(UTC), actor())))
        told = f"已发布：{'、'.join(done.published)}" if done.published else "内置表单没有变化。"
        console.print(told, soft_wrap=True, highlight=False)
        if done.left:
            kept = f"本集团改过、保持原样的内置表单：{'、'.join(done.left)}"
            console.print(kept, soft_wrap=True, highlight=False)


def _check_group(settings: Settings, group: str) -> None:
    """A name that is not the group's would make a second one; that is one line and exit status 1."""
    from bot.unit_finding import UnitNotFound, unit_list

    try:
        finish(with_database(settings, lambda database: unit_list(database, actor()))).check_group(group)
    except UnitNotFound as refusal:
        console.print(f"[red]没有发布表单[/]：{refusal}", soft_wrap=True, highlight=False)
        raise typer.Exit(1) from None


@menu.command("push")
def menu_push() -> None:
    """把底部菜单推送到公众号。"""
    from bot.operations import push_menu

    finish(push_menu(settings_or_exit()))
    console.print("底部菜单已更新（手机上可能要过几分钟，或重新关注后才看到）。")


@app.command()
def doctor() -> None:
    """检查设置、存储、时钟、令牌、回调，并说明该怎么办。"""
    from bot.doctor import examine

    settings = settings_or_exit()
    findings = asyncio.run(examine(settings))
    table = Table("检查", "结果", Column("说明", overflow="fold"))
    for finding in findings:
        table.add_row(finding.name, finding.state, finding.advice)
    console.print(table)
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


def main() -> None:
    """The entry point of `qingfeng`."""
    app()


if __name__ == "__main__":
    main()

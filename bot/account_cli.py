"""`qingfeng people migrate-account`: people keep what is theirs when the account, and every openid, changes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.terminal import actor, console, finish, settings_or_exit, with_database

TOLD_FAULTS: Final = 200
REFUSED: Final = "[red]没有迁移[/]，共 {count} 处要改："
MORE: Final = "……还有 {count} 处，请先改好上面的再试。"
NOT_OPENED: Final = "[red]打不开文件[/]：{why}。"
TWO_PEOPLE: Final = "第 {row} 行：新旧 openid 各绑定了一位同志（{old}、{new}），请先解绑其中一个，再迁移。"
DONE: Final = "[green]已迁移[/] {moved} 人，其中 {merged} 人已用新账号来过，两边合在一起。"
DRY_RUN: Final = "会迁移 {moved} 人，其中 {merged} 人已用新账号来过，两边会合在一起。这是预演，什么也没有写入。"
NOTHING: Final = "[green]没有变化[/]：什么也没有写入。"
ALREADY: Final = "  {count} 人之前已经迁移过。"
UNKNOWN: Final = "  {count} 行在业务库里没有：这些人从没有来过。"


def migrate_account(
    file: Annotated[Path, typer.Argument(help="新旧 openid 对照表（.csv，列：旧openid、新openid）")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查并说明会改什么，不写入")] = False,
) -> None:
    """账号迁移：按微信给的对照表，把每个人的 openid 换成新账号的；会话、草稿、观察表都接着用。重复执行没有害处。"""
    from bot.account_mapping import MappingFaults, read_mapping
    from storage.account_migration import AccountConflict
    from storage.account_migration import migrate_account as migrate

    settings = settings_or_exit()
    try:
        mapping = read_mapping(file)
        now = datetime.now(UTC)
        migrated = finish(
            with_database(
                settings,
                lambda database: migrate(
                    database, mapping.pairs, actor=actor(), now=now, source=mapping.sha256, dry_run=dry_run
                ),
            )
        )
    except OSError as error:
        console.print(NOT_OPENED.format(why=error.strerror), highlight=False)
        raise typer.Exit(1) from None
    except MappingFaults as faults:
        _refuse(faults.lines)
    except AccountConflict as conflict:
        _refuse([TWO_PEOPLE.format(row=row, old=old, new=new) for row, old, new in conflict.rows])
    else:
        told = NOTHING if not migrated.moved else DRY_RUN if dry_run else DONE
        console.print(told.format(moved=migrated.moved, merged=migrated.merged), highlight=False)
        for sentence, count in ((ALREADY, migrated.already), (UNKNOWN, migrated.unknown)):
            if count:
                console.print(sentence.format(count=count), highlight=False)


def _refuse(lines: list[str] | tuple[str, ...]) -> None:
    """Every fault on a line, and exit status 1."""
    console.print(REFUSED.format(count=len(lines)), highlight=False)
    for line in lines[:TOLD_FAULTS]:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if len(lines) > TOLD_FAULTS:
        console.print(MORE.format(count=len(lines) - TOLD_FAULTS), highlight=False)
    raise typer.Exit(1)

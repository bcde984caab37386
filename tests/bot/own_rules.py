"""A group whose reminders are played by the clock, for dialogues about rules: with a workbook of a unit's own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bot.organisation import add_default_rules
from bot.rounds import Rounds
from bot.unit_finding import find_unit
from bot.workdays import Workdays
from handlers.catalog import BUILT_IN
from handlers.forms.workbook import compile_workbook
from storage.admin import administer
from storage.models import Duty, Person, Round
from storage.vocabulary import Audience, Level
from tests.bot.test_rights import records
from tests.world import GROUP, TIMEZONE, World


async def ruled(world: World) -> None:
    """The default rules of the group: 1 is for the comprehensive sheet, at the end of each quarter."""
    async with records(world) as database:
        group = await find_unit(database, (GROUP,), "test")
        await add_default_rules(database, group, world.clock(), "test")


async def at(world: World, *moment: int) -> None:
    """It is that local time, and the clock ticks."""
    world.clock.now = datetime(*moment, tzinfo=TIMEZONE).astimezone(UTC)  # type: ignore[arg-type, misc]  # year, month, …
    async with records(world) as database:
        workdays = Workdays(Path(world.settings.data_dir))
        await Rounds(database.rounds, world.clock, TIMEZONE, workdays, wake=lambda: None).tick()


async def own_workbook(world: World, unit: str = "二公司") -> None:
    """The unit publishes a workbook of its own for the comprehensive level: 二公司综合观察表."""
    built_in = next(form.path for form in BUILT_IN if form.file == "comprehensive.md")
    text = built_in.read_text(encoding="utf-8").replace("综合观察表", f"{unit}综合观察表")
    path = Path(world.settings.data_dir) / "own.md"
    path.write_text(text.replace("comprehensive", "comprehensive_own", 1), encoding="utf-8")
    form = compile_workbook(path)
    async with records(world) as database:
        home = await find_unit(database, (GROUP, unit), "test")
        async with administer(database, actor="test", now=world.clock()) as admin:
            await admin.publish_form(
                name=form.name,
                title=form.title,
                level=Level.COMPREHENSIVE,
                audience=Audience.OBSERVERS,
                unit=home.id,
                xml=form.xml,
                sha256=form.sha256,
            )


async def owing(world: World) -> list[tuple[str, str, int]]:
    """(name, period, rule) of all duties of the comprehensive level, in this order."""
    query: Any = (
        select(col(Person.name), col(Round.period), col(Round.rule_id))
        .join(Duty, col(Duty.person_id) == col(Person.id))
        .join(Round, col(Round.id) == col(Duty.round_id))
        .where(col(Round.level) == Level.COMPREHENSIVE)
    )
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        return sorted((name, period, rule) for name, period, rule in (await admin._session.execute(query)).all())

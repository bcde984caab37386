"""Reminder rules, rounds with their steps, duties and dues; deliveries, their stories, and how people are reached."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing is owed yet: rules are made by `qingfeng demo`, the first start or in the chat."""
    _rounds()
    _deliveries()
    _duties()
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("delivery_id", sa.Integer(), nullable=True))
        notices.create_foreign_key("fk_notices_delivery_id", "deliveries", ["delivery_id"], ["id"])
    carried = sa.text("delivery_id IS NOT NULL")
    op.create_index(
        "ix_notices_delivery_id", "notices", ["delivery_id"], sqlite_where=carried, postgresql_where=carried
    )
    unplanned = sa.text("delivery_id IS NULL AND seen_at IS NULL AND sent_at IS NULL")
    op.create_index(
        "ix_notices_unplanned", "notices", ["person_id"], sqlite_where=unplanned, postgresql_where=unplanned
    )
    op.drop_index("ix_notices_sent_at_created_at", "notices")


def downgrade() -> None:
    """What was owed and sent would be lost."""
    raise NotImplementedError("restore a backup instead")


def _rounds() -> None:
    op.create_table(
        "reminder_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("form_name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_rules"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_reminder_rules_unit_id"),
    )
    op.create_index("ix_reminder_rules_unit_id", "reminder_rules", ["unit_id"])
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("form_name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("counts_from", _TIME, nullable=False),
        sa.Column("opens_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("made_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rounds"),
        sa.ForeignKeyConstraint(["rule_id"], ["reminder_rules.id"], name="fk_rounds_rule_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_rounds_unit_id"),
        sa.UniqueConstraint("rule_id", "period", name="uq_rounds_rule_id_period"),
    )
    op.create_index("ix_rounds_state_due_at", "rounds", ["state", "due_at"])
    op.create_table(
        "round_steps",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("round_id", "place", name="pk_round_steps"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_round_steps_round_id"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_round_steps_waiting", "round_steps", ["at"], sqlite_where=waiting, postgresql_where=waiting)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("first_attempt_at", _TIME, nullable=True),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("msg_key", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_deliveries_person_id"),
    )
    planned, waiting = sa.text("state = 'planned'"), sa.text("state IN ('planned', 'parked')")
    leased, keyed = sa.text("lease_until IS NOT NULL"), sa.text("msg_key IS NOT NULL")
    for name, column, where, unique in (
        ("planned", "next_at", planned, False),
        ("waiting", "person_id", waiting, True),
        ("leased", "lease_until", leased, False),
        ("msg_key", "msg_key", keyed, False),
    ):
        op.create_index(
            f"ix_deliveries_{name}", "deliveries", [column], unique=unique, sqlite_where=where, postgresql_where=where
        )
    op.create_index("ix_deliveries_person_id", "deliveries", ["person_id"])
    op.create_table(
        "delivery_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_events"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_delivery_events_delivery_id"),
    )
    op.create_index("ix_delivery_events_delivery_id", "delivery_events", ["delivery_id"])
    op.create_table(
        "delivery_statuses",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_delivery_statuses"),
    )
    op.create_index("ix_delivery_statuses_at", "delivery_statuses", ["at"])
    _reaches()


def _reaches() -> None:
    op.create_table(
        "reaches",
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("wrote_at", _TIME, nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("gone", sa.String(), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("contact", name="pk_reaches"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_reaches_contact"),
    )
    op.create_table(
        "credits",
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "template", name="pk_credits"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_credits_contact"),
    )


def _duties() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=True),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("excused_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name="fk_duties_sheet_id"),
        sa.UniqueConstraint("appointment_id", "round_id", name="uq_duties_appointment_id_round_id"),
    )
    op.create_index("ix_duties_round_id", "duties", ["round_id"])
    known = sa.text("sheet_id IS NOT NULL")
    op.create_index("ix_duties_sheet_id", "duties", ["sheet_id"], sqlite_where=known, postgresql_where=known)
    op.create_table(
        "dues",
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("duty_id", "place", "recipient_id", name="pk_dues"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name="fk_dues_delivery_id"),
        sqlite_with_rowid=False,
    )
    unplanned = sa.text("delivery_id IS NULL")
    op.create_index("ix_dues_unplanned", "dues", ["recipient_id"], sqlite_where=unplanned, postgresql_where=unplanned)
    carried = sa.text("delivery_id IS NOT NULL")
    op.create_index("ix_dues_delivery_id", "dues", ["delivery_id"], sqlite_where=carried, postgresql_where=carried)

"""Transfers, requests to be bound, notices to contacts, and contacts that were set aside by an account's migration."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that stands is changed."""
    _transfers()
    _requests()
    _notices()
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("former_openid", sa.String(), nullable=True))
        contacts.add_column(sa.Column("moved_to", sa.String(), nullable=True))
        contacts.create_foreign_key("fk_contacts_moved_to", "contacts", ["moved_to"], ["id"])


def downgrade() -> None:
    """Transfers that wait, and requests, would be lost."""
    raise NotImplementedError("restore a backup instead")


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_transfers_person_id"),
        sa.ForeignKeyConstraint(["from_unit_id"], ["units.id"], name="fk_transfers_from_unit_id"),
        sa.ForeignKeyConstraint(["to_unit_id"], ["units.id"], name="fk_transfers_to_unit_id"),
        sa.ForeignKeyConstraint(["made_by"], ["persons.id"], name="fk_transfers_made_by"),
    )
    op.create_index("ix_transfers_person_id", "transfers", ["person_id"])
    op.create_index("ix_transfers_state_starts_on", "transfers", ["state", "starts_on"])


def _requests() -> None:
    op.create_table(
        "binding_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_binding_requests"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_binding_requests_contact"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_binding_requests_person_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["persons.id"], name="fk_binding_requests_decided_by"),
    )
    op.create_index("ix_binding_requests_contact_state", "binding_requests", ["contact", "state"])
    op.create_index("ix_binding_requests_state_person_id", "binding_requests", ["state", "person_id"])


def _notices() -> None:
    op.create_table(
        "contact_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("seen_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contact_notices"),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_contact_notices_contact"),
        sa.UniqueConstraint("contact", "kind", "subject", name="uq_contact_notices_contact_kind_subject"),
    )
    op.create_index("ix_contact_notices_sent_at_created_at", "contact_notices", ["sent_at", "created_at"])

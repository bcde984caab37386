"""Messages, labels of messages and findings with officers' corrections, the lexicon that staff edit."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AWARE = sa.DateTime(timezone=True)
_UNCLASSIFIED = {
    "classification": {},
    "intent": "",
    "severity": "",
    "negated": False,
    "labels_version": 1,
    "lexicon": 0,
    "classifier": "",
}
"""What is kept of the labels of a text that was never classified."""


def upgrade() -> None:
    """Give findings labels, make the new tables."""
    op.create_index("ix_sheets_submitted_at", "sheets", ["submitted_at"])
    _change_findings()
    _make_messages()
    _make_labels("message_labels", "message_id", "messages")
    _make_labels("finding_labels", "finding_id", "findings")
    _make_corrections()
    _make_lexicon()


def downgrade() -> None:
    """Messages and corrections would be lost."""
    raise NotImplementedError("restore a backup instead")


def _labels() -> list[sa.Column[object]]:
    return [
        sa.Column("classification", sa.JSON(), nullable=False),
        sa.Column("correction", sa.JSON(), nullable=True),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("negated", sa.Boolean(), nullable=False),
        sa.Column("labels_version", sa.Integer(), nullable=False),
        sa.Column("lexicon", sa.Integer(), nullable=False),
        sa.Column("classifier", sa.String(), nullable=False),
        sa.Column("corrected_at", _AWARE, nullable=True),
        sa.Column("corrected_by", sa.Integer(), nullable=True),
    ]


def _change_findings() -> None:
    """Findings so far were not classified: `qingfeng lexicon reclassify` takes them as made by an older program."""
    required = [column for column in _labels() if not column.nullable]
    with op.batch_alter_table("findings") as findings:
        for column in _labels():
            column.nullable = True
            findings.add_column(column)
    known = sa.table("findings", *(sa.column(column.name, column.type) for column in required))
    op.execute(sa.update(known).values(**_UNCLASSIFIED))
    with op.batch_alter_table("findings") as findings:
        for column in required:
            findings.alter_column(column.name, existing_type=column.type, nullable=False)
        findings.create_foreign_key("fk_findings_corrected_by", "persons", ["corrected_by"], ["id"])


def _make_messages() -> None:
    """What people tell outside of forms."""
    op.create_table(
        "messages",
        *_labels(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("turn_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submitted_at", _AWARE, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_messages_contact"),
        sa.ForeignKeyConstraint(["corrected_by"], ["persons.id"], name="fk_messages_corrected_by"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_messages_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_messages_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("contact", "turn_key", name="uq_messages_contact_turn_key"),
        sa.UniqueConstraint("number", name="uq_messages_number"),
    )
    for column in ("person_id", "unit_id", "submitted_at"):
        op.create_index(f"ix_messages_{column}", "messages", [column])


def _make_labels(table: str, of: str, texts: str) -> None:
    """The labels that count, one a row."""
    op.create_table(
        table,
        sa.Column(of, sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint([of], [f"{texts}.id"], name=f"fk_{table}_{of}"),
        sa.PrimaryKeyConstraint(of, "kind", "label", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_kind_label", table, ["kind", "label"])


def _make_corrections() -> None:
    """What officers said."""
    op.create_table(
        "label_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", _AWARE, nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_label_corrections_finding_id"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_label_corrections_message_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_label_corrections_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_label_corrections"),
    )
    op.create_index("ix_label_corrections_message_id", "label_corrections", ["message_id"])
    op.create_index("ix_label_corrections_finding_id", "label_corrections", ["finding_id"])


def _make_lexicon() -> None:
    """What staff changed in the lexicon."""
    op.create_table(
        "lexicon_edits",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", _AWARE, nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_lexicon_edits_person_id"),
        sa.ForeignKeyConstraint(["undoes"], ["lexicon_edits.id"], name="fk_lexicon_edits_undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_edits"),
        sa.UniqueConstraint("undoes", name="uq_lexicon_edits_undoes"),
    )
    op.create_index("ix_lexicon_edits_word", "lexicon_edits", ["word"])

"""Forms for audiences, corrections and reviews of sheets, texts to compare, media, notices; all data is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AWARE = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Change the tables that stand, move what sheets say into their first version, make the new tables."""
    _change_forms()
    _change_drafts()
    _make_versions()
    _change_sheets()
    _change_findings()
    _make_reviews()
    _make_texts()
    _make_media()
    _make_notices()


def downgrade() -> None:
    """Versions and reviews would be lost."""
    raise NotImplementedError("restore a backup instead")


def _change_forms() -> None:
    """Every form so far was for the observers of its level."""
    with op.batch_alter_table("forms") as forms:
        forms.add_column(sa.Column("audience", sa.String(), nullable=True))
        forms.alter_column("level", existing_type=sa.String(), nullable=True)
    op.execute("UPDATE forms SET audience = 'observers'")
    with op.batch_alter_table("forms") as forms:
        forms.alter_column("audience", existing_type=sa.String(), nullable=False)


def _change_drafts() -> None:
    """A draft is for a unit, with or without an appointment, and may correct a sheet."""
    with op.batch_alter_table("drafts") as drafts:
        drafts.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        drafts.add_column(sa.Column("sheet_id", sa.Integer(), nullable=True))
        drafts.alter_column("appointment_id", existing_type=sa.Integer(), nullable=True)
    op.execute(
        "UPDATE drafts SET unit_id ="
        " (SELECT appointments.unit_id FROM appointments WHERE appointments.id = drafts.appointment_id)"
    )
    with op.batch_alter_table("drafts") as drafts:
        drafts.alter_column("unit_id", existing_type=sa.Integer(), nullable=False)
        drafts.create_foreign_key("fk_drafts_unit_id", "units", ["unit_id"], ["id"])
        drafts.create_foreign_key("fk_drafts_sheet_id", "sheets", ["sheet_id"], ["id"])
    op.create_index("ix_drafts_sheet_id", "drafts", ["sheet_id"])
    op.create_index("ix_drafts_form_version_id", "drafts", ["form_version_id"])
    op.create_index("ix_drafts_state_updated_at", "drafts", ["state", "updated_at"])


def _make_versions() -> None:
    """Every sheet so far was handed in once; the engine's state was not kept then."""
    versions = op.create_table(
        "sheet_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("readable", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("submitted_at", _AWARE, nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_sheet_versions_contact"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_sheet_versions_draft_id"),
        sa.ForeignKeyConstraint(["form_version_id"], ["form_versions.id"], name="fk_sheet_versions_form_version_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name="fk_sheet_versions_sheet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_versions"),
        sa.UniqueConstraint("draft_id", name="uq_sheet_versions_draft_id"),
        sa.UniqueConstraint("sheet_id", "version", name="uq_sheet_versions_sheet_id_version"),
    )
    kept = ("version", "draft_id", "contact", "form_version_id", "answers", "readable")
    sheets = sa.table("sheets", *(sa.column(name) for name in ("id", *kept, "submitted_at")))
    nothing = sa.literal({}, sa.JSON())
    rows = sa.select(sheets.c.id, *(sheets.c[name] for name in kept), nothing, nothing, sheets.c.submitted_at)
    op.execute(
        versions.insert().from_select(["sheet_id", *kept, "state", "quality", "submitted_at"], rows.order_by("id"))
    )


def _change_sheets() -> None:
    """What a sheet says is in its versions now."""
    with op.batch_alter_table("sheets") as sheets:
        sheets.add_column(sa.Column("project", sa.String(), nullable=True))
        sheets.alter_column("appointment_id", existing_type=sa.Integer(), nullable=True)
        sheets.drop_constraint("fk_sheets_contact", type_="foreignkey")
        sheets.drop_column("contact")
        sheets.drop_column("answers")
        sheets.drop_column("readable")
    op.execute("UPDATE sheets SET project = ''")
    with op.batch_alter_table("sheets") as sheets:
        sheets.alter_column("project", existing_type=sa.String(), nullable=False)
    op.create_index("ix_sheets_project", "sheets", ["project"])
    op.create_index("ix_sheets_state_submitted_at", "sheets", ["state", "submitted_at"])


def _change_findings() -> None:
    """Findings belong to a version of a sheet and to an area."""
    with op.batch_alter_table("findings") as findings:
        findings.add_column(sa.Column("version", sa.Integer(), nullable=True))
        findings.add_column(sa.Column("area", sa.String(), nullable=True))
    op.execute("UPDATE findings SET version = 1, area = ''")
    with op.batch_alter_table("findings") as findings:
        findings.alter_column("version", existing_type=sa.Integer(), nullable=False)
        findings.alter_column("area", existing_type=sa.String(), nullable=False)
        findings.drop_constraint("uq_findings_sheet_id_place", type_="unique")
        findings.create_unique_constraint("uq_findings_sheet_id_version_place", ["sheet_id", "version", "place"])


def _make_reviews() -> None:
    """What officers answered."""
    op.create_table(
        "sheet_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("at", _AWARE, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_sheet_reviews_person_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name="fk_sheet_reviews_sheet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_reviews"),
        sa.UniqueConstraint("sheet_id", "version", name="uq_sheet_reviews_sheet_id_version"),
    )


def _make_texts() -> None:
    """Free-text answers for comparison; sheets handed in before are not compared with."""
    op.create_table(
        "sheet_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("form_name", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", _AWARE, nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheets.id"], name="fk_sheet_texts_sheet_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_sheet_texts_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_texts"),
    )
    op.create_index("ix_sheet_texts_sheet_id", "sheet_texts", ["sheet_id"])
    op.create_index("ix_sheet_texts_form_name_ref_length", "sheet_texts", ["form_name", "ref", "length"])


def _make_media() -> None:
    """Pictures, recordings and files."""
    op.create_table(
        "media",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wechat_media_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("created_at", _AWARE, nullable=False),
        sa.Column("fetched_at", _AWARE, nullable=True),
        sa.Column("next_attempt_at", _AWARE, nullable=True),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name="fk_media_contact"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_media_draft_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_media_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
    )
    op.create_index("ix_media_draft_id", "media", ["draft_id"])
    op.create_index("ix_media_sha256", "media", ["sha256"])
    op.create_index("ix_media_state_next_attempt_at", "media", ["state", "next_attempt_at"])


def _make_notices() -> None:
    """What people are to be told."""
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", _AWARE, nullable=False),
        sa.Column("sent_at", _AWARE, nullable=True),
        sa.Column("seen_at", _AWARE, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_notices_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("person_id", "kind", "subject", name="uq_notices_person_id_kind_subject"),
    )
    op.create_index("ix_notices_sent_at_created_at", "notices", ["sent_at", "created_at"])

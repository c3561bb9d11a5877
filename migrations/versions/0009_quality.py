"""How good a release is, reference counts, and the problems that were told.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
CLASSES = "'finess', 'housenumber', 'street', 'locality', 'municipality', 'none', 'nowhere'"

# No name of a person, no message of a run: those may tell folders and addresses of the city's machine.
VIEWS = {
    "placing": f"""
        SELECT profession, location_class, practices, practitioners
        FROM indicator.placing WHERE release_id = {NOW_PUBLISHED}""",
    "folding": f"""
        SELECT practices, practitioners, sites FROM indicator.folding WHERE release_id = {NOW_PUBLISHED}""",
    "reference": f"""
        SELECT r.level, r.code, r.profession, r.headcount, r.density, r.origin, r.year
        FROM indicator.reference r
        JOIN ops.release_input i ON i.source_file_id = r.source_file_id AND i.release_id = {NOW_PUBLISHED}""",
    # Communes that the address files list, loaded or not: what a whole département consists of.
    "addressed_commune": f"""
        SELECT DISTINCT l.commune_code
        FROM supply.locality l
        JOIN ops.source_file f ON f.id = l.source_file_id AND f.register = 'ban'
        JOIN ops.release_input i ON i.source_file_id = f.id AND i.release_id = {NOW_PUBLISHED}""",
    "loaded_source": """
        SELECT register, part, vintage, file_name, loaded_at, last_success_at
        FROM ops.source_file WHERE NOT superseded""",
    "run": """
        SELECT id, task, register, file_name, status, started_at, finished_at FROM ops.job_run""",
    "alert": """
        SELECT problem, title, opened_at FROM ops.alert WHERE settled_at IS NULL""",
}


def upgrade() -> None:
    _create_alerts()
    _create_quality()
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    for table in ("reference", "folding", "placing"):
        op.drop_table(table, schema="indicator")
    for table in ("alert_message", "alert"):
        op.drop_table(table, schema="ops")


def _create_alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False, comment="what it is about, for example source:ban"),
        sa.Column("title", sa.Text(), nullable=False, comment="French sentence that anybody may read"),
        sa.Column("settled_title", sa.Text(), nullable=False, comment="the same, once it is over"),
        sa.Column("detail", sa.Text(), comment="for the city's own people: may name folders and addresses"),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        schema="ops",
    )
    op.create_index(
        "uq_alert_problem",
        "alert",
        ["problem"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "alert_message",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("event IN ('opened', 'settled')", name=op.f("ck_alert_message_event")),
        sa.CheckConstraint("channel IN ('webhook', 'mail')", name=op.f("ck_alert_message_channel")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["ops.alert.id"], name=op.f("fk_alert_message_alert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", "event", "channel", name=op.f("pk_alert_message")),
        schema="ops",
    )


def _create_quality() -> None:
    op.create_table(
        "placing",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False, comment="slug; empty: every practitioner"),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("practices", sa.Integer(), nullable=False),
        sa.Column(
            "practitioners", sa.Integer(), nullable=False, comment="people whose best place is of this class"
        ),
        sa.CheckConstraint(f"location_class IN ({CLASSES})", name=op.f("ck_placing_location_class")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_placing_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "profession", "location_class", name=op.f("pk_placing")),
        schema="indicator",
        comment="practices of the published area by how well they are placed; nowhere: no territory is known",
    )
    op.create_table(
        "folding",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("practices", sa.Integer(), nullable=False),
        sa.Column("practitioners", sa.Integer(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_folding_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_folding")),
        schema="indicator",
        comment="what the lines of the annuaire were folded into, on the date of the release",
    )
    op.create_table(
        "reference",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False, comment="slug"),
        sa.Column("headcount", sa.Float()),
        sa.Column("density", sa.Float(), comment="for 100 000 inhabitants"),
        sa.Column("origin", sa.Text(), nullable=False, comment="who publishes it"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("level IN ('france', 'departement')", name=op.f("ck_reference_level")),
        sa.CheckConstraint("headcount IS NOT NULL OR density IS NOT NULL", name=op.f("ck_reference_known")),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_reference_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "level", "code", "profession", name=op.f("pk_reference")),
        schema="indicator",
    )

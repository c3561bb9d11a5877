"""Keys, sessions, the audit log, objections; names in a schema of their own, for agents alone.

Two more roles without a login: ``observatoire_agent`` reads what is published and names;
``observatoire_clerk`` looks keys up, keeps sessions and adds to the audit log, and sees no supply.

Revision: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None

READER, AGENT, CLERK = "observatoire_reader", "observatoire_agent", "observatoire_clerk"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
# Names are those of the newest vintage: who left has none. The name of a place often bears a person's.
PERSON = f"""
    SELECT p.id AS practice_id, p.practitioner_id, p.site_id, p.profession_code, p.skills, p.liberal,
           p.ambulatory, p.valid, n.civility, n.family_name, n.given_name, p.name AS place_name
    FROM supply.practice p
    JOIN supply.practitioner n ON n.id = p.practitioner_id
    JOIN supply.placement pl ON pl.site_id = p.site_id AND pl.release_id = {NOW_PUBLISHED}
    WHERE n.family_name IS NOT NULL"""


def moment(name: str, *, given: bool = False) -> sa.Column:
    default = sa.text("now()") if given else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not given, server_default=default)


def upgrade() -> None:
    create_tables()
    for role in (AGENT, CLERK):
        op.execute(f"""
            DO $$ BEGIN
              IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
                CREATE ROLE {role} NOLOGIN;
              END IF;
            END $$""")
        op.execute(f"GRANT {role} TO CURRENT_USER")
    op.execute(f"GRANT {READER} TO {AGENT}")
    op.execute("CREATE SCHEMA reserved")
    op.execute(f"CREATE VIEW reserved.person AS {PERSON}")
    op.execute(f"GRANT USAGE ON SCHEMA reserved TO {AGENT}")
    op.execute(f"GRANT SELECT ON reserved.person TO {AGENT}")
    op.execute(f"GRANT USAGE ON SCHEMA ops TO {CLERK}")
    op.execute(f"GRANT SELECT, UPDATE (last_used_at) ON ops.api_key TO {CLERK}")
    op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (seen_at) ON ops.web_session TO {CLERK}")
    op.execute(f"GRANT SELECT, INSERT ON ops.audit TO {CLERK}")


def create_tables() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False, comment="what the key begins with; may be shown"),
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of the whole key, which is 256 random bits",
        ),
        sa.Column("label", sa.Text(), nullable=False, comment="who has it, or what for"),
        sa.Column("role", sa.Text(), nullable=False),
        moment("created_at", given=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        moment("last_used_at"),
        moment("revoked_at"),
        sa.CheckConstraint("role IN ('public', 'agent', 'admin')", name=op.f("ck_api_key_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
        schema="ops",
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("subject", sa.Text(), nullable=False, comment="who, as the identity provider numbers them"),
        sa.Column("label", sa.Text(), nullable=False, comment="e-mail address, or the subject without one"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False, comment="handed back to the provider at sign-out"),
        moment("created_at", given=True),
        moment("seen_at", given=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('agent', 'admin')", name=op.f("ck_web_session_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_session_digest")),
        schema="ops",
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        moment("at", given=True),
        sa.Column("actor", sa.Text(), nullable=False, comment="key:prefix, session:address, command:account"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="for example names.read or release.publish"),
        sa.Column(
            "subject", sa.Text(), server_default="", nullable=False, comment="what was read or changed"
        ),
        sa.Column("people", sa.Integer(), comment="how many people were named"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        schema="ops",
    )
    op.create_index("ix_audit_at", "audit", ["at"], schema="ops")
    op.create_table(
        "opposition",
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="keyed hash of the national id"),
        moment("at", given=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_opposition")),
        schema="supply",
    )


def downgrade() -> None:
    op.execute("DROP SCHEMA reserved CASCADE")
    op.execute(f"REVOKE USAGE ON SCHEMA ops FROM {CLERK}")
    op.drop_table("opposition", schema="supply")
    op.drop_table("audit", schema="ops")
    op.drop_table("web_session", schema="ops")
    op.drop_table("api_key", schema="ops")
    # The roles stay: they belong to the whole cluster and other databases may use them.

"""The store: schemas, extensions and tables.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SCHEMAS = ("staging", "supply", "territory", "indicator", "published")
EXTENSIONS = ("postgis", "btree_gist")


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA {schema}")
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.create_table(
        "count",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("profession_id", sa.SmallInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=False),
        sa.Column(
            "unlocated", sa.Integer(), nullable=False, comment="people placed no better than their commune"
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "territory_id", "profession_id", "scope", name=op.f("pk_count")
        ),
        schema="indicator",
        postgresql_partition_by="LIST (release_id)",
    )
    op.create_table(
        "profession",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, comment="French, plural"),
        sa.Column("feminine", sa.Boolean(), nullable=False, comment="gender of the label, for adjectives"),
        sa.Column("subject", sa.Text(), nullable=False, comment="person or establishment"),
        sa.Column("recourse", sa.Text(), nullable=True),
        sa.Column("population_age", sa.Text(), nullable=False),
        sa.Column("population_sex", sa.String(length=1), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("subject IN ('person', 'establishment')", name=op.f("ck_profession_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profession")),
        sa.UniqueConstraint("slug", name=op.f("uq_profession_slug")),
        schema="indicator",
    )
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("vintage", sa.Date(), nullable=False, comment="date of the supply shown"),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('built', 'published', 'retired')", name=op.f("ck_release_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        schema="ops",
    )
    op.create_index(
        "uq_release_published",
        "release",
        ["status"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "source_file",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), server_default="", nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("rows_in", sa.Integer(), nullable=False),
        sa.Column("rows_kept", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column(
            "rejects",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("notes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "last_success_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_file")),
        schema="ops",
    )
    op.create_index(
        "uq_source_file_vintage",
        "source_file",
        ["register", "part", "vintage"],
        unique=True,
        schema="ops",
        postgresql_where=sa.text("NOT superseded"),
    )
    op.create_geospatial_table(
        "placement",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("location_class", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("score", sa.REAL(), nullable=True),
        sa.Column("commune_id", sa.Integer(), nullable=True),
        sa.Column("territories", sa.ARRAY(sa.Integer()), nullable=False),
        sa.CheckConstraint(
            "location_class IN ('finess', 'housenumber', 'street', 'locality', 'municipality', 'none')",
            name=op.f("ck_placement_location_class"),
        ),
        sa.PrimaryKeyConstraint("release_id", "site_id", name=op.f("pk_placement")),
        schema="supply",
        postgresql_partition_by="LIST (release_id)",
    )
    op.create_geospatial_index(
        "ix_placement_geom",
        "placement",
        ["geom"],
        unique=False,
        schema="supply",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "ix_placement_territories",
        "placement",
        ["territories"],
        unique=False,
        schema="supply",
        postgresql_using="gin",
    )
    op.create_table(
        "practitioner",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="keyed hash of the national id"),
        sa.Column("civility", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
        sa.UniqueConstraint("key", name=op.f("uq_practitioner_key")),
        schema="supply",
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="FINESS number, or normalised address"),
        sa.Column("finess", sa.Text(), nullable=True),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("repetition", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("street_key", sa.Text(), nullable=True, comment="normalised type and name"),
        sa.Column(
            "street_core", sa.Text(), nullable=True, comment="normalised name without type nor particles"
        ),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("town_key", sa.Text(), nullable=True),
        sa.Column("cedex", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("abroad", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("key", name=op.f("uq_site_key")),
        schema="supply",
    )
    op.create_table(
        "population",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("age_class", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("imputed_share", sa.Float(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "method IN ('stated', 'iris', 'cells', 'area', 'sum')", name=op.f("ck_population_method")
        ),
        sa.PrimaryKeyConstraint("release_id", "territory_id", "age_class", "sex", name=op.f("pk_population")),
        schema="territory",
        postgresql_partition_by="LIST (release_id)",
    )
    op.create_table(
        "profession_member",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("profession_id", sa.SmallInteger(), nullable=False),
        sa.Column("profession_code", sa.Text(), nullable=True, comment="code of the annuaire"),
        sa.Column("skill_code", sa.Text(), nullable=True, comment="code of a savoir-faire; null means any"),
        sa.Column("category_code", sa.Text(), nullable=True, comment="category of FINESS"),
        sa.ForeignKeyConstraint(
            ["profession_id"],
            ["indicator.profession.id"],
            name=op.f("fk_profession_member_profession_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profession_member")),
        schema="indicator",
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'done', 'unchanged', 'refused', 'failed')", name=op.f("ck_job_run_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        schema="ops",
    )
    op.create_table(
        "release_input",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_release_input_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["ops.source_file.id"], name=op.f("fk_release_input_source_file_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "source_file_id", name=op.f("pk_release_input")),
        schema="ops",
    )
    op.create_geospatial_table(
        "address",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("ban_id", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("street_key", sa.Text(), nullable=False),
        sa.Column("street_core", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("repetition", sa.Text(), server_default="", nullable=False),
        sa.Column("old_commune_code", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_address_source_file_id"),
            ondelete="CASCADE",
        ),
        schema="supply",
    )
    op.create_index("ix_address_source_file_id", "address", ["source_file_id"], unique=False, schema="supply")
    op.create_index(
        "ix_address_street_core",
        "address",
        ["commune_code", "street_core", "number"],
        unique=False,
        schema="supply",
    )
    op.create_index(
        "ix_address_street_key",
        "address",
        ["commune_code", "street_key", "number"],
        unique=False,
        schema="supply",
    )
    op.create_table(
        "cedex",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("cedex", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_cedex_source_file_id"),
            ondelete="CASCADE",
        ),
        schema="supply",
    )
    op.create_index("ix_cedex_cedex", "cedex", ["cedex"], unique=False, schema="supply")
    op.create_geospatial_table(
        "establishment",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("finess", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("finess"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_establishment_valid",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["supply.site.id"], name=op.f("fk_establishment_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishment")),
        schema="supply",
    )
    op.create_index("ix_establishment_site_id", "establishment", ["site_id"], unique=False, schema="supply")
    op.create_table(
        "locality",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("town_key", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_locality_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "source_file_id", "postcode", "town_key", "commune_code", name=op.f("pk_locality")
        ),
        schema="supply",
        comment="which commune a postcode and a town name mean, merged communes included",
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("profession_code", sa.Text(), nullable=False),
        sa.Column("skills", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("modes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sectors", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("liberal", sa.Boolean(), nullable=False),
        sa.Column("ambulatory", sa.Boolean(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("practitioner_id"), "="),
            (sa.column("site_id"), "="),
            (sa.column("profession_code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_practice_valid",
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["supply.practitioner.id"], name=op.f("fk_practice_practitioner_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["supply.site.id"], name=op.f("fk_practice_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        schema="supply",
    )
    op.create_index("ix_practice_site_id", "practice", ["site_id"], unique=False, schema="supply")
    op.create_table(
        "written_address",
        sa.Column(
            "md5", sa.UUID(), nullable=False, comment="of the address fields as the register writes them"
        ),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["supply.site.id"], name=op.f("fk_written_address_site_id")),
        sa.PrimaryKeyConstraint("md5", name=op.f("pk_written_address")),
        schema="supply",
        comment="every way an address was written, so that a next vintage only normalises new ones",
    )
    op.create_geospatial_table(
        "basemap",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("rank", sa.SmallInteger(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                srid=3857,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_basemap_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basemap")),
        schema="territory",
    )
    op.create_geospatial_index(
        "ix_basemap_geom",
        "basemap",
        ["geom"],
        unique=False,
        schema="territory",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "iris_population",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("iris_code", sa.Text(), nullable=False),
        sa.Column("age_class", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_iris_population_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "source_file_id", "iris_code", "age_class", "sex", name=op.f("pk_iris_population")
        ),
        schema="territory",
    )
    op.create_table(
        "stated_population",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("poverty_rate", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_stated_population_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "level", "code", name=op.f("pk_stated_population")),
        schema="territory",
        comment="populations published for a territory by its producer (INSEE's QPV table)",
    )
    op.create_geospatial_table(
        "territory",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("commune_codes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("departement_code", sa.Text(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("epci_code", sa.Text(), nullable=True),
        sa.Column(
            "stated_population", sa.Float(), nullable=True, comment="population written in the same file"
        ),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("area_km2", sa.Float(), nullable=True),
        sa.Column("repaired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_territory_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint(
            "source_file_id", "level", "code", name=op.f("uq_territory_source_file_id_level_code")
        ),
        schema="territory",
    )
    op.create_geospatial_index(
        "ix_territory_geom",
        "territory",
        ["geom"],
        unique=False,
        schema="territory",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "ix_territory_level_code", "territory", ["level", "code"], unique=False, schema="territory"
    )
    op.create_table(
        "cell",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Float(), nullable=False),
        sa.Column(
            "share",
            sa.Float(),
            nullable=False,
            comment="part of the 200 m square that the file holds, 0 to 1",
        ),
        sa.Column("households", sa.Float(), nullable=True),
        sa.Column("poor_households", sa.Float(), nullable=True),
        sa.Column("single_parent_households", sa.Float(), nullable=True),
        sa.Column("one_person_households", sa.Float(), nullable=True),
        sa.Column("income_sum", sa.Float(), nullable=True),
        sa.Column(
            "ages",
            sa.ARRAY(sa.Float()),
            nullable=True,
            comment="people of 0-3 4-5 6-10 11-17 18-24 25-39 40-54 55-64 65-79 80+",
        ),
        sa.Column("imputed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.territory.id"],
            name=op.f("fk_cell_territory_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_cell")),
        schema="territory",
    )
    op.create_table(
        "membership",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "parents",
            sa.ARRAY(sa.Integer()),
            nullable=False,
            comment="every territory that holds or meets it",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_membership_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.territory.id"], name=op.f("fk_membership_territory_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "territory_id", name=op.f("pk_membership")),
        schema="territory",
    )
    op.create_index(
        "ix_membership_parents",
        "membership",
        ["parents"],
        unique=False,
        schema="territory",
        postgresql_using="gin",
    )
    op.create_geospatial_table(
        "shape",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "band",
            sa.SmallInteger(),
            nullable=False,
            comment="0 full, 1 for zooms 10-12, 2 for zooms below 10",
        ),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("geojson", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.territory.id"],
            name=op.f("fk_shape_territory_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("territory_id", "band", name=op.f("pk_shape")),
        schema="territory",
    )

    # Read far more often than written: not decompressing it halves the time of a map's outlines.
    op.execute("ALTER TABLE territory.shape ALTER COLUMN geojson SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_geospatial_table("shape", schema="territory")
    op.drop_index(
        "ix_membership_parents", table_name="membership", schema="territory", postgresql_using="gin"
    )
    op.drop_table("membership", schema="territory")
    op.drop_table("cell", schema="territory")
    op.drop_index("ix_territory_level_code", table_name="territory", schema="territory")
    op.drop_geospatial_index(
        "ix_territory_geom",
        table_name="territory",
        schema="territory",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_geospatial_table("territory", schema="territory")
    op.drop_table("stated_population", schema="territory")
    op.drop_table("iris_population", schema="territory")
    op.drop_geospatial_index(
        "ix_basemap_geom",
        table_name="basemap",
        schema="territory",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_geospatial_table("basemap", schema="territory")
    op.drop_table("written_address", schema="supply")
    op.drop_index("ix_practice_site_id", table_name="practice", schema="supply")
    op.drop_table("practice", schema="supply")
    op.drop_table("locality", schema="supply")
    op.drop_index("ix_establishment_site_id", table_name="establishment", schema="supply")
    op.drop_geospatial_table("establishment", schema="supply")
    op.drop_index("ix_cedex_cedex", table_name="cedex", schema="supply")
    op.drop_table("cedex", schema="supply")
    op.drop_index("ix_address_street_key", table_name="address", schema="supply")
    op.drop_index("ix_address_street_core", table_name="address", schema="supply")
    op.drop_index("ix_address_source_file_id", table_name="address", schema="supply")
    op.drop_geospatial_table("address", schema="supply")
    op.drop_table("release_input", schema="ops")
    op.drop_table("job_run", schema="ops")
    op.drop_table("profession_member", schema="indicator")
    op.drop_table("population", schema="territory")
    op.drop_table("site", schema="supply")
    op.drop_table("practitioner", schema="supply")
    op.drop_index("ix_placement_territories", table_name="placement", schema="supply", postgresql_using="gin")
    op.drop_geospatial_index(
        "ix_placement_geom",
        table_name="placement",
        schema="supply",
        postgresql_using="gist",
        column_name="geom",
    )
    op.drop_geospatial_table("placement", schema="supply")
    op.drop_index(
        "uq_source_file_vintage",
        table_name="source_file",
        schema="ops",
        postgresql_where=sa.text("NOT superseded"),
    )
    op.drop_table("source_file", schema="ops")
    op.drop_index(
        "uq_release_published",
        table_name="release",
        schema="ops",
        postgresql_where=sa.text("status = 'published'"),
    )
    op.drop_table("release", schema="ops")
    op.drop_table("profession", schema="indicator")
    op.drop_table("count", schema="indicator")
    for schema in reversed(SCHEMAS):
        op.execute(f"DROP SCHEMA {schema} CASCADE")

"""What is published: views on the one published release, and the role that may read nothing else.

Revision: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"

# One sub-select a view: it is planned once a query and prunes the partitions of other releases.
VIEWS = {
    "release": f"""
        SELECT id, vintage, fingerprint, status, built_at, published_at
        FROM ops.release WHERE id = {NOW_PUBLISHED}""",
    "release_history": """
        SELECT r.id, r.vintage, r.status, r.built_at, r.published_at, f.register, f.part, f.variant,
               f.vintage AS file_vintage, f.sha256, f.file_name
        FROM ops.release r
        JOIN ops.release_input i ON i.release_id = r.id
        JOIN ops.source_file f ON f.id = i.source_file_id""",
    "source": f"""
        SELECT f.register, f.part, f.variant, f.vintage, f.sha256, f.file_name, f.size_bytes, f.rows_in,
               f.rows_kept, f.rows_rejected, f.rejects, f.notes, f.last_success_at,
               f.loaded_at AS last_data_change_at
        FROM ops.source_file f
        JOIN ops.release_input i ON i.source_file_id = f.id AND i.release_id = {NOW_PUBLISHED}""",
    "territory": f"""
        SELECT t.id, t.level, t.code, t.name, t.kind, t.area_km2, t.repaired, t.geom, m.parents,
               f.register, f.vintage
        FROM territory.membership m
        JOIN territory.territory t ON t.id = m.territory_id
        JOIN ops.source_file f ON f.id = t.source_file_id
        WHERE m.release_id = {NOW_PUBLISHED}""",
    "shape": f"""
        SELECT s.territory_id, s.band, s.geom, s.geojson
        FROM territory.shape s
        JOIN territory.membership m ON m.territory_id = s.territory_id
        WHERE m.release_id = {NOW_PUBLISHED}""",
    "population": f"""
        SELECT territory_id, age_class, sex, value, imputed_share, method
        FROM territory.population WHERE release_id = {NOW_PUBLISHED}""",
    "cell": f"""
        SELECT c.territory_id, c.people, c.share, c.households, c.poor_households, c.ages, c.imputed
        FROM territory.cell c
        JOIN territory.membership m ON m.territory_id = c.territory_id
        WHERE m.release_id = {NOW_PUBLISHED}""",
    "profession": """
        SELECT id, slug, label, feminine, subject, recourse, population_age, population_sex, position
        FROM indicator.profession""",
    "profession_member": """
        SELECT profession_id, profession_code, skill_code, category_code
        FROM indicator.profession_member""",
    "count": f"""
        SELECT territory_id, profession_id, scope, headcount, weight, sites, unlocated
        FROM indicator.count WHERE release_id = {NOW_PUBLISHED}""",
    "placement": f"""
        SELECT site_id, geom, location_class, method, score, commune_id, territories
        FROM supply.placement WHERE release_id = {NOW_PUBLISHED}""",
    # No name of a person here: contacts are another view, for agents.
    "practice": f"""
        SELECT p.id, p.practitioner_id, p.site_id, p.profession_code, p.skills, p.liberal, p.ambulatory,
               p.valid, s.finess, s.name AS site_name, s.number, s.repetition, s.street, s.postcode, s.town,
               pl.geom, pl.location_class, pl.method, pl.score, pl.commune_id, pl.territories
        FROM supply.practice p
        JOIN supply.site s ON s.id = p.site_id
        JOIN supply.placement pl ON pl.site_id = p.site_id AND pl.release_id = {NOW_PUBLISHED}""",
    "establishment": f"""
        SELECT e.id, e.finess, e.name, e.category_code, e.site_id, e.valid, s.number, s.repetition, s.street,
               s.postcode, s.town, pl.geom, pl.location_class, pl.method, pl.score, pl.commune_id,
               pl.territories
        FROM supply.establishment e
        JOIN supply.site s ON s.id = e.site_id
        JOIN supply.placement pl ON pl.site_id = e.site_id AND pl.release_id = {NOW_PUBLISHED}""",
    "basemap": f"""
        SELECT b.id, b.kind, b.name, b.rank, b.geom
        FROM territory.basemap b
        JOIN ops.release_input i ON i.source_file_id = b.source_file_id AND i.release_id = {NOW_PUBLISHED}""",
}


def upgrade() -> None:
    op.execute(f"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{READER}') THEN
            CREATE ROLE {READER} NOLOGIN;
          END IF;
        END $$""")
    op.execute(f"GRANT {READER} TO CURRENT_USER")
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
    op.execute(f"GRANT USAGE ON SCHEMA published TO {READER}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA published TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.execute(f"REVOKE USAGE ON SCHEMA published FROM {READER}")
    # The role stays: it belongs to the whole cluster and other databases may use it.

"""Layers that a map program reads through OGC API: one view a level, and the located places, without names.

Revision: 0028
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
LEVELS = {
    "carreau": "Carreaux de 200 m et leurs habitants",
    "iris": "IRIS et leurs habitants",
    "quartier": "Quartiers de la ville et leurs habitants",
    "qpv": "Quartiers prioritaires (QPV) et leurs habitants",
    "commune": "Communes et leurs habitants",
    "epci": "Intercommunalités et leurs habitants",
    "departement": "Départements et leurs habitants",
    "region": "Régions et leurs habitants",
}
COLUMNS = {
    "id": "Numéro du territoire dans la version publiée",
    "code": "Code officiel",
    "name": "Nom",
    "area_km2": "Superficie, en km²",
    "population": "Habitants ; vide si leur nombre n'est pas connu",
    "imputed_share": "Part imputée des habitants, de 0 à 1",
}
PLACE_COLUMNS = {
    "id": "Numéro du lieu",
    "finess": "Numéro FINESS de l'établissement, s'il en a un",
    "name": "Nom de l'établissement ; vide sans numéro FINESS, car ce serait souvent celui d'une personne",
    "town": "Code postal et commune",
    "location_class": "Précision : finess, housenumber (numéro) ou street (rue)",
}
IN_FORCE = """
    (SELECT coalesce(max(v.vintage) FILTER (WHERE v.vintage <= r.vintage), min(v.vintage))
     FROM published.supply_vintage v, published.release r WHERE v.register = '{register}')"""
LOCATED = "location_class IN ('finess', 'housenumber', 'street') AND geom IS NOT NULL"
TOWN = "nullif(concat_ws(' ', postcode, town), '')"
PLACES = {
    "couche_lieux": (
        "Lieux d'exercice localisés des professionnels libéraux ou salariés de centres, sans nom de personne",
        f"""SELECT site_id AS id, finess, CASE WHEN finess IS NOT NULL THEN site_name END AS name,
                   {TOWN} AS town, location_class, count(DISTINCT practitioner_id)::integer AS practitioners,
                   geom
            FROM published.practice
            WHERE valid @> {IN_FORCE.format(register="annuaire")} AND ambulatory AND {LOCATED}
            GROUP BY site_id, finess, site_name, postcode, town, location_class, geom""",
        {**PLACE_COLUMNS, "practitioners": "Praticiens distincts, libéraux ou salariés d'un centre"},
    ),
    "couche_etablissements": (
        "Établissements de santé localisés",
        f"""SELECT id, finess, name, {TOWN} AS town, location_class, geom
            FROM published.establishment
            WHERE valid @> {IN_FORCE.format(register="finess")} AND {LOCATED}""",
        PLACE_COLUMNS,
    ),
}


def upgrade() -> None:
    for level, comment in LEVELS.items():
        query = f"""SELECT t.id, t.code, t.name, t.area_km2, p.value AS population, p.imputed_share, t.geom
                    FROM published.territory t
                    LEFT JOIN published.population p
                      ON p.territory_id = t.id AND p.age_class = 'all' AND p.sex = 'T'
                    WHERE t.level = '{level}'"""
        create(f"couche_{level}", query, comment, COLUMNS)
    for name, (comment, query, columns) in PLACES.items():
        create(name, query, comment, columns)


def create(name: str, query: str, comment: str, columns: dict[str, str]) -> None:
    op.execute(f"CREATE VIEW published.{name} AS {query}")
    op.execute(f"COMMENT ON VIEW published.{name} IS {quoted(comment)}")
    for column, meaning in columns.items():
        op.execute(f"COMMENT ON COLUMN published.{name}.{column} IS {quoted(meaning)}")
    op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def downgrade() -> None:
    for name in (*PLACES, *(f"couche_{level}" for level in LEVELS)):
        op.execute(f"DROP VIEW published.{name}")

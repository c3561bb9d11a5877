"""The registers: what each is, who publishes it, under which licence, how often, and what parsing yields.

``columns`` are the canonical names every variant of a register is brought to; they are also the columns
of its staging table, all of them text. An empty or missing value is ``None``. Geometries are WKB in
hexadecimal in ``geom`` with the EPSG number in ``srid``.
"""

from dataclasses import dataclass
from typing import Literal

RegisterName = Literal[
    "annuaire",
    "finess",
    "qpv",
    "qpv_table",
    "iris",
    "iris_population",
    "filosofi",
    "ban",
    "communes",
    "cedex",
    "quartiers",
    "osm",
    "gtfs",
    "ameli",
    "ages",
    "reference",
    "groupes",
    "activites",
    "actes",
]


@dataclass(frozen=True, slots=True)
class Register:
    """One public register. ``required`` are the canonical columns a row cannot do without."""

    name: RegisterName
    label: str
    producer: str
    licence: str
    cadence: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    loadable: bool = True


LO = "Licence Ouverte 2.0"
POPULATION_AGES = [
    "pop",
    "pop0002",
    "pop0305",
    "pop0610",
    "pop1117",
    "pop1824",
    "pop2539",
    "pop4054",
    "pop5564",
    "pop6579",
    "pop80p",
    "pop0014",
    "pop1529",
    "pop3044",
    "pop4559",
    "pop6074",
    "pop75p",
    "poph",
    "h0014",
    "h1529",
    "h3044",
    "h4559",
    "h6074",
    "h75p",
    "popf",
    "f0014",
    "f1529",
    "f3044",
    "f4559",
    "f6074",
    "f75p",
]
CELL_AGES = ["0_3", "4_5", "6_10", "11_17", "18_24", "25_39", "40_54", "55_64", "65_79", "80p"]

_ALL = (
    Register(
        name="annuaire",
        label="Annuaire santé, personnes et activités (RPPS)",
        producer="Agence du numérique en santé",
        licence=LO,
        cadence="chaque jour",
        columns=(
            *("identifier_type", "national_id", "civility", "family_name", "given_name"),
            *("profession_code", "category_code", "skill_type", "skill_code", "mode_code"),
            *("siret", "finess", "finess_legal", "structure_id", "company_name", "sign_name"),
            *("complement_recipient", "complement_point", "street_number", "repetition"),
            *("street_type_code", "street_type", "street_name", "distribution", "bureau_cedex"),
            *("postcode", "commune_code", "commune_name", "country_code", "country_name"),
            *("phone", "email", "departement_code", "sector_code", "pharmacist_section", "role_code"),
        ),
        required=("national_id", "profession_code"),
    ),
    Register(
        name="finess",
        label="FINESS, établissements sanitaires et sociaux",
        producer="DREES et Agence du numérique en santé",
        licence=LO,
        cadence="tous les deux mois",
        columns=(
            *("finess", "finess_legal", "name", "category_code", "category_name", "siret"),
            *("street_number", "street_type", "street_name", "complement", "locality", "postcode"),
            *("commune_code", "town", "departement_code", "x", "y", "srid", "opened_on", "closed"),
        ),
        required=("finess", "category_code"),
    ),
    Register(
        name="qpv",
        label="Quartiers prioritaires de la politique de la ville",
        producer="Agence nationale de la cohésion des territoires",
        licence=LO,
        cadence="à chaque décret",
        columns=("code", "name", "commune_codes", "commune_names", "departement_code", "geom", "srid"),
        required=("code", "geom"),
    ),
    Register(
        name="qpv_table",
        label="Indicateurs des quartiers prioritaires",
        producer="INSEE",
        licence=LO,
        cadence="chaque année",
        columns=("code", "name", "commune_name", "population", "commune_population", "poverty_rate"),
        required=("code", "population"),
    ),
    Register(
        name="iris",
        label="Contours des IRIS",
        producer="IGN et INSEE",
        licence=LO,
        cadence="chaque année",
        columns=("code", "name", "type", "commune_code", "commune_name", "quartier_name", "geom", "srid"),
        required=("code", "geom"),
    ),
    Register(
        name="iris_population",
        label="Population des IRIS par âge et sexe",
        producer="INSEE",
        licence=LO,
        cadence="chaque année",
        columns=("iris_code", "commune_code", *POPULATION_AGES),
        required=("iris_code", "pop"),
    ),
    Register(
        name="filosofi",
        label="Carreaux de 200 m (Filosofi)",
        producer="INSEE",
        licence=LO,
        cadence="tous les deux ou trois ans",
        columns=(
            *("code", "people", "households", "poor_households", "single_parent_households"),
            *("one_person_households", "income_sum", "imputed", "commune_codes"),
            *(f"age_{age}" for age in CELL_AGES),
            *("geom", "srid"),
        ),
        required=("code", "people", "geom"),
    ),
    Register(
        name="ban",
        label="Base adresse nationale",
        producer="IGN, DINUM et communes",
        licence=LO,
        cadence="chaque semaine",
        columns=(
            *("id", "number", "repetition", "street_name", "postcode", "commune_code", "commune_name"),
            *("old_commune_code", "old_commune_name", "lon", "lat", "position_type", "locality"),
        ),
        required=("id", "commune_code", "lon", "lat"),
    ),
    Register(
        name="communes",
        label="Communes, EPCI, départements et régions",
        producer="INSEE et IGN (geo.api.gouv.fr)",
        licence=LO,
        cadence="chaque année",
        columns=(
            *("code", "name", "departement_code", "departement_name", "region_code", "region_name"),
            *("epci_code", "epci_name", "postcodes", "population", "geom", "srid"),
        ),
        required=("code", "name"),
    ),
    Register(
        name="cedex",
        label="Correspondance CEDEX et communes",
        producer="La Poste et INSEE",
        licence=LO,
        cadence="chaque année",
        columns=("cedex", "label", "commune_code"),
        required=("cedex", "commune_code"),
    ),
    Register(
        name="quartiers",
        label="Quartiers de la ville",
        producer="Ville",
        licence=LO,
        cadence="selon la ville",
        columns=("code", "name", "commune_code", "geom", "srid"),
        required=("code", "geom"),
    ),
    Register(
        name="osm",
        label="OpenStreetMap",
        producer="Contributeurs d'OpenStreetMap",
        licence="ODbL 1.0",
        cadence="chaque jour",
        columns=("kind", "name", "rank", "geom", "srid"),
        required=("kind", "geom"),
    ),
    Register(
        name="gtfs",
        label="Horaires des transports publics (GTFS)",
        producer="Réseau de transport",
        licence="Licence Ouverte 2.0 ou ODbL 1.0",
        cadence="selon le réseau",
        columns=("stop_id",),
        required=("stop_id",),
    ),
    Register(
        name="ameli",
        label="Annuaire santé de l'Assurance maladie",
        producer="Caisse nationale de l'Assurance maladie",
        licence=LO,
        cadence="chaque semaine",
        columns=(
            *("family_name", "given_name", "company_name", "specialty_code", "specialty_label", "type_label"),
            *("street", "complement", "postcode", "town", "sector_code", "option_code", "nature_code"),
        ),
        required=(),
    ),
    Register(
        name="ages",
        label="Âge des professionnels, effectifs par classe",
        producer="Ville",
        licence="selon le producteur",
        cadence="selon la ville",
        columns=("profession", "level", "code", "age_from", "age_to", "headcount"),
        required=("profession", "code"),
    ),
    Register(
        name="reference",
        label="Effectifs et densités de référence",
        producer="Ville",
        licence="selon le producteur",
        cadence="chaque année",
        columns=("profession", "level", "code", "headcount", "density", "origin", "year"),
        required=("profession", "level", "code", "origin", "year"),
    ),
    Register(
        name="groupes",
        label="Regroupements de professions",
        producer="Ville",
        licence="selon la ville",
        cadence="selon la ville",
        columns=("label", "member", "line"),
        required=("label", "member"),
    ),
    Register(
        name="activites",
        label="Activités de soins autorisées (FINESS)",
        producer="Agence du numérique en santé et agences régionales de santé",
        licence=LO,
        cadence="tous les deux mois",
        columns=("finess", "activity", "form"),
        required=("finess", "activity"),
    ),
    Register(
        name="actes",
        label="Activité des praticiens, par territoire",
        producer="Ville",
        licence="selon le producteur",
        cadence="chaque année",
        columns=("profession", "level", "code", "headcount", "acts"),
        required=("profession", "code"),
    ),
)

REGISTERS: dict[RegisterName, Register] = {register.name: register for register in _ALL}

"""The answer on accessibility, written once for the API and the command line."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, select

from app.api import views
from app.api.answers import Item
from app.api.asked_accessibility import AccessibilityQuery
from app.api.departing import Travel, times_to
from app.api.formats.known import draws
from app.api.formats.listed import Listed
from app.api.history import days
from app.api.lookup import ESTABLISHMENT, Profession, Territory, find_profession, find_within, refuse_none
from app.api.measured import DIGITS, known
from app.api.parameters import MAX_ROWS
from app.api.places import Wanted, nowhere, unlocated
from app.api.queries import limited_to, people
from app.api.routes.territories import refuse_too_many
from app.api.schemas.accessibility import AccessibilityItem
from app.api.served import PeopleShelf, outlines, refuse_whole_country
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.accessibility import Preset
from app.indicators.asked_preset import asked_preset, decay_name
from app.indicators.border import border_of
from app.indicators.decay import Floats
from app.indicators.floating import Means, Scores, deciles, means, score
from app.indicators.registry import INDICATORS
from app.indicators.supply_sites import Supply, load_demand, load_supply
from app.indicators.wording import LEVEL_NAMES, counted_label, french_date
from geodata.apl import apl_thresholds

GENERAL_PRACTITIONER = "medecin_generaliste"
COLUMNS = ("id", "code", "name", "value", "population", "off_network", "share_very_low", "share_low")
NOBODY = "Aucun habitant n'est chargé dans cette version : les valeurs ne sont pas connues."
EVERYBODY = "La population concernée n'est pas connue par carreau : tous les habitants sont comptés."
TUNED = "Les réglages de l'APL (activité, âges, seuils) sont ceux des médecins généralistes."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose names were looked up."""

    query: AccessibilityQuery
    preset: Preset
    profession: Profession
    release: Release
    within: Territory | None
    travel: Travel

    @property
    def has_thresholds(self) -> bool:
        """Say whether the official thresholds speak of this figure: consultations of GPs."""
        return self.preset.activity is not None and self.profession.slug == GENERAL_PRACTITIONER


@dataclass(frozen=True, slots=True)
class Computed:
    """What the answer says of cells and territories, when the profession and the people are known."""

    supply: Supply
    scores: Scores
    means: Means
    deciles: Floats


def preset_of(query: AccessibilityQuery) -> Preset:
    """Return the preset as asked. Raises ParameterError."""
    return asked_preset(
        query.preset,
        query.mode,
        decay=query.decay,
        numbers=query.numbers(),
        standardised=query.standardised,
    )


def accessibility_list(
    connection: Connection,
    release: Release,
    query: AccessibilityQuery,
    *,
    form: str,
    travel: Travel,
    shelf: PeopleShelf,
) -> Listed:
    """Return the territories with what may be reached from them.

    Raises ParameterError for what does not exist or does not go together, GraphError without times.
    """
    refuse_whole_country(query.level)
    profession = find_profession(connection, query.profession)
    asked = Asked(query, preset_of(query), profession, release, find_within(connection, query.within), travel)
    _check_profession(asked)
    rows = _territories(connection, asked)
    refuse_too_many(rows)
    refuse_none(rows, query.level, asked.within)
    computed, warnings = _computed(connection, asked, rows, shelf)
    items = _items(rows, computed, asked.has_thresholds)
    head = _head(asked) | {
        "graph": travel.ground.fingerprint,
        "deciles": known(computed.deciles) if computed else None,
        "supply": _supply(connection, asked, computed) if profession.loaded else None,
        "warnings": warnings,
    }
    return Listed(
        items=items,
        columns=COLUMNS,
        model=AccessibilityItem,
        value="value",
        head=head,
        registers=INDICATORS["accessibility"].sources,
        geometry="MultiPolygon",
        outlines=outlines(connection, query) if draws(form) else {},
    )


def _check_profession(asked: Asked) -> None:
    """Refuse what a preset cannot say of a profession."""
    preset, profession = asked.preset, asked.profession
    if preset.activity is not None and profession.subject == ESTABLISHMENT:
        raise ParameterError(
            "preset",
            f"« {preset.slug} » compte des consultations : elle ne vaut pas pour des établissements.",
            hint="Choisissez par exemple preset=e2sfca.",
        )
    if preset.ages is not None and profession.population_age != "all":
        raise ParameterError(
            "standardised",
            "Les besoins par âge valent pour tous les habitants, pas pour les seuls « "
            f"{profession.population_label} ».",
            hint="Ajoutez standardised=false.",
        )


def _territories(connection: Connection, asked: Asked) -> Sequence[Row[Any]]:
    t, profession = views.territory, asked.profession
    concerned = people(profession.population_age, profession.population_sex)
    statement: Select[Any] = (
        select(t.c.id, t.c.code, t.c.name, concerned.c.value.label("population"))
        .select_from(t.outerjoin(concerned, concerned.c.territory_id == t.c.id))
        .where(limited_to(asked.query.level, asked.within))
        .order_by(t.c.code)
        .limit(MAX_ROWS + 1)
    )
    return connection.execute(statement).all()


def _computed(
    connection: Connection, asked: Asked, rows: Sequence[Row[Any]], shelf: PeopleShelf
) -> tuple[Computed | None, list[str]]:
    """Return what is computed, None where nothing can be, and what a reader must be warned of."""
    query, preset, profession, release = asked.query, asked.preset, asked.profession, asked.release
    if not profession.loaded:
        return None, []
    warnings = [TUNED] if preset.activity and not asked.has_thresholds else []
    vintage = days(connection).in_force(profession.subject, release.vintage)
    supply = load_supply(connection, profession.id, profession.scope(query.scope), vintage)
    cells = shelf.cells(connection, release)
    if not len(cells.id):
        return None, [*warnings, NOBODY]
    heads = load_demand(connection, cells, profession.population_age, profession.population_sex)
    if heads is None:
        heads = cells.people
        warnings.append(EVERYBODY)
    limit = int(preset.decay.reach * 60)
    times = times_to(
        connection, release, asked.travel, sites=supply.site.tolist(), cells=cells, limit_s=limit
    )
    scores = score(preset, times, supply, cells, heads)
    ids = np.array([row.id for row in rows], dtype=np.int32)
    pieces = shelf.split(connection, release, query.level).only(ids)
    official = apl_thresholds()
    limits = (official.very_low, official.low) if asked.has_thresholds else ()
    if rows:
        warnings += border_of(connection, ids.tolist(), query.mode, preset.decay.reach).warnings()
    found = means(scores, pieces, cells.people, limits)
    return Computed(supply, scores, found, deciles(scores, pieces, cells.people)), warnings


def _items(rows: Sequence[Row[Any]], computed: Computed | None, thresholds: bool) -> list[Item]:
    unknown: list[float | None] = [None] * len(rows)
    value, off = (
        (known(computed.means.value), known(computed.means.off_network)) if computed else (unknown, unknown)
    )
    very_low, low = (
        [known(column) for column in computed.means.at_most.T]
        if computed and thresholds
        else (unknown, unknown)
    )
    return [
        {
            "id": row.id,
            "code": row.code,
            "name": row.name,
            "value": value[rank],
            "population": None if row.population is None else round(row.population, DIGITS),
            "off_network": off[rank],
            "share_very_low": very_low[rank],
            "share_low": low[rank],
        }
        for rank, row in enumerate(rows)
    ]


def _head(asked: Asked) -> dict[str, object]:
    query, preset, profession = asked.query, asked.preset, asked.profession
    scope = profession.scope(query.scope)
    counted = "établissements" if profession.subject == ESTABLISHMENT else "praticiens"
    unit = preset.unit_for(counted, profession.population_label)
    who = counted_label(profession.label, scope, "weight", feminine=profession.feminine)
    by, day = LEVEL_NAMES[query.level].by, french_date(asked.release.vintage)
    return {
        "title": f"{unit[0].upper()}{unit[1:]}, {asked.travel.words()} : {lowered(who)}, {by}, au {day}",
        "definition": preset.definition,
        "formula": preset.formula,
        "unit": unit,
        "profession": profession.slug,
        "profession_label": profession.label,
        "scope": scope,
        "mode": query.mode,
        "departure": asked.travel.terms(),
        "level": query.level,
        "within": query.within,
        "preset": preset.slug,
        "preset_label": preset.label,
        "decay": {
            "name": decay_name(preset.decay),
            "reach": preset.decay.reach,
            **asdict(preset.decay),  # type: ignore[call-overload]
        },
        "per": preset.per,
        "standardised": preset.ages is not None,
        "age_weights": asdict(preset.ages) if preset.ages else None,
        "activity": asdict(preset.activity) if preset.activity else None,
        "thresholds": asdict(apl_thresholds()) if asked.has_thresholds else None,
        "population_label": profession.population_label,
    }


def lowered(who: str) -> str:
    """Return a label as it stands inside a sentence; an acronym stays as it is.

    >>> lowered("Sages-femmes"), lowered("CMP")
    ('sages-femmes', 'CMP')
    """
    return who if who[1:2].isupper() else f"{who[:1].lower()}{who[1:]}"


def _supply(connection: Connection, asked: Asked, computed: Computed | None) -> dict[str, object]:
    """Return what the profession offers, and what of it reaches nobody."""
    wanted = Wanted(asked.profession, asked.query.scope, asked.release.vintage)
    lost: dict[str, object] = {
        "unlocated": unlocated(connection, wanted),
        "nowhere": nowhere(connection, wanted),
    }
    if computed is None:
        names = ("sites", "amount", "unlocated_amount", "activity_share", "unreached", "unreached_sites")
        return lost | dict.fromkeys(names)
    supply, scores = computed.supply, computed.scores
    told = supply.known_share() if asked.preset.activity else None
    return lost | {
        "sites": len(supply.site),
        "amount": _rounded(supply.amount.sum()),
        "unlocated_amount": _rounded(supply.elsewhere),
        "activity_share": None if told is None else _rounded(told),
        "unreached": _rounded(scores.unserving),
        "unreached_sites": scores.unserving_sites,
    }


def _rounded(amount: float | Floats) -> float:
    return round(float(amount), DIGITS)

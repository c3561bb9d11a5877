"""The answer on inequality between the territories of a list."""

import numpy as np
from sqlalchemy import Connection

from app.api.answers import Item
from app.api.asked_inequalities import InequalitiesQuery, RankBy
from app.api.formats.listed import Listed
from app.api.measured import DIGITS, known
from app.api.schemas.inequalities import IndexItem
from app.api.served import PeopleShelf
from app.api.snapshot import Release
from app.api.valued import Valued, value_territories
from app.indicators.bootstrap import DRAWS, FEWEST, SEED
from app.indicators.density import Floats
from app.indicators.inequality import mean
from app.indicators.needs import Households, load_households, share
from app.indicators.registry import INDICATORS
from app.indicators.unequal import MAJORITY, Booleans, Index, Territories, indices
from app.indicators.wording import LEVEL_NAMES, counted_label, french_date

COLUMNS = ("index", "label", "value", "ci_low", "ci_high", "reason", "unit")
BOOTSTRAP = (
    f"Intervalle à 95 % de {DRAWS} tirages avec remise des territoires, toujours les mêmes ; il dit combien "
    f"l'indice tient à quelques territoires, et n'est pas donné pour moins de {FEWEST}."
)


def inequalities_list(
    connection: Connection, release: Release, query: InequalitiesQuery, shelf: PeopleShelf
) -> Listed:
    """Return the indices. Raises what ``value_territories`` raises."""
    valued = value_territories(connection, release, query, shelf)
    households = load_households(connection, valued.ids.tolist())
    lived = households.priority
    territories = Territories(
        values=valued.values,
        people=valued.people,
        priority=None if np.isnan(lived).all() else np.nan_to_num(lived) >= MAJORITY,
        rank_by=better_off(households, query.rank_by),
        bounds=(0.0, float(np.nanmax(valued.values, initial=0.0))),
    )
    return Listed(
        items=[_item(index) for index in indices(territories)],
        columns=COLUMNS,
        model=IndexItem,
        value="value",
        head=_head(release, query, valued) | _told(valued, territories, households),
        registers=INDICATORS["gini"].sources,
    )


def better_off(households: Households, rank_by: RankBy) -> Floats:
    """Return what ranks territories from the worse-off to the better-off."""
    return households.income if rank_by == "income" else 1 - share(households.poor, households.households)


def _item(index: Index) -> Item:
    entry = INDICATORS[index.slug]
    value, low, high = (
        None if each is None else round(each, DIGITS) for each in (index.value, index.low, index.high)
    )
    return {
        "index": index.slug,
        "label": entry.label,
        "value": value,
        "ci_low": low,
        "ci_high": high,
        "reason": index.reason,
        "unit": entry.unit,
        "definition": entry.definition,
    }


def _head(release: Release, query: InequalitiesQuery, valued: Valued) -> dict[str, object]:
    profession = valued.profession
    scope = profession.scope(query.scope)
    who = counted_label(profession.label, scope, "weight", feminine=profession.feminine)
    by = LEVEL_NAMES[query.level].by
    return {
        "title": f"{who} : inégalités, {by}, au {french_date(release.vintage)}",
        "of": query.of,
        "what": valued.what,
        "unit": valued.unit,
        "profession": profession.slug,
        "profession_label": profession.label,
        "scope": scope,
        "level": query.level,
        "within": query.within,
        "mode": query.mode,
        "departure": valued.departure.terms() if valued.departure else None,
        "preset": query.preset if query.of == "accessibility" else None,
        "rank_by": query.rank_by,
        "bootstrap": {"draws": DRAWS, "seed": SEED, "fewest": FEWEST, "method": BOOTSTRAP},
        "warnings": list(valued.warnings),
    }


def _told(valued: Valued, territories: Territories, households: Households) -> dict[str, object]:
    """Return who is compared, and who is left out for want of a value or of people."""
    kept = territories.compared
    values, people = territories.values[kept], territories.people[kept]
    inhabited = ~(np.nan_to_num(valued.people, nan=1.0) <= 0)
    average = mean(values, people) if len(values) else np.array(np.nan)
    return {
        "compared": int(kept.sum()),
        "compared_people": round(float(people.sum()), DIGITS),
        "unknown": int((inhabited & ~kept).sum()),
        "unknown_people": round(float(np.nansum(valued.people[inhabited & ~kept])), DIGITS),
        "uninhabited": int((~inhabited).sum()),
        "unranked": int((kept & np.isnan(territories.rank_by)).sum()),
        "suppressed": int((kept & households.hidden).sum()),
        "mean": known(average.reshape(1))[0],
        "groups": [_group(name, territories, kept & chosen) for name, chosen in _groups(territories)],
    }


def _groups(territories: Territories) -> list[tuple[str, Booleans]]:
    if territories.priority is None:
        return []
    return [("QPV", territories.priority), ("Reste", ~territories.priority)]


def _group(name: str, territories: Territories, chosen: Booleans) -> dict[str, object]:
    people = territories.people[chosen]
    average = mean(territories.values[chosen], people) if chosen.any() else np.array(np.nan)
    return {
        "group": name,
        "territories": int(chosen.sum()),
        "people": round(float(people.sum()), DIGITS),
        "mean": known(average.reshape(1))[0],
    }

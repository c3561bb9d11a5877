"""What people are likely to need and what there is, read for portraits."""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection

from app.indicators.density import Floats, density
from app.indicators.gaps import AgeSex
from app.indicators.need_reading import Living, living
from app.indicators.needs import (
    WEIGHTS,
    Component,
    Integers,
    load_households,
    need_among,
    placed,
    priority,
    thirds,
)
from app.indicators.portrait_scores import who_of
from app.indicators.portrait_supply import PER, people_in, supply_of
from app.indicators.portrait_values import Around, Measured
from app.indicators.wording import french_number, share_unit

UNIT = "de 0 à 100"
SUPPLY_WEIGHT = 0.5
THIRDS = {1: "du tiers le plus bas", 2: "du tiers du milieu", 3: "du tiers le plus élevé"}
# What a portrait calls each component, and of whom it is a share.
SAID: dict[Component, tuple[str, str]] = {
    "poverty": ("Ménages pauvres", "ménages"),
    "elderly": ("Habitants de 75 ans et plus", "habitants"),
    "children": ("Habitants de moins de 15 ans", "habitants"),
    "single_parent": ("Familles monoparentales", "ménages"),
    "alone": ("Personnes seules", "ménages"),
}


def read_needs(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield each component of the need, the need among peers, and how it meets each profession's supply.

    Components are from 0 to 1 as everywhere. A need is a rank: alone, a territory has none, nor has what
    holds it.
    """

    def of(kind: AgeSex) -> Floats:
        return people_in(connection, around, " ".join(kind))

    told = living(load_households(connection, around.ids), of)
    for name, (subject, whole) in SAID.items():
        about_households = whole == "ménages"
        yield Measured(
            indicator=name,
            subject=subject,
            unit=share_unit(whole),
            value=told.shares[name],
            share_of=whole,
            base=told.households.households if about_households else None,
            hidden=told.households.hidden if about_households else None,
        )
    place = {number: rank for rank, number in enumerate(around.ids)}
    peers = np.array([place[one] for one in around.peers])
    if len(peers) > 1:
        yield from _among(connection, around, told, peers)


def _among(connection: Connection, around: Around, told: Living, peers: Integers) -> Iterator[Measured]:
    people = told.people[peers]
    found, _ = need_among({name: each[peers] for name, each in told.shares.items()}, people, WEIGHTS)
    needs = _of_all(found, peers, len(around.ids))
    yield Measured(
        indicator="need",
        subject="Besoin de soins probable",
        unit=UNIT,
        value=needs,
        hidden=told.households.hidden,
        said="" if np.isnan(needs[0]) else f"{french_number(needs[0])} sur 100, au regard des autres",
    )
    own = int(np.flatnonzero(peers == 0)[0])
    need_class = int(thirds(placed(found, people))[own])
    supply = around.once(supply_of, connection)
    values = density(supply.counts["weight"][:, peers], supply.population[:, peers], PER)
    # Where nobody practises, or nobody knows, no supply is higher than another.
    told_of = np.flatnonzero(np.nansum(values, axis=1) > 0)
    ranks = placed(values[told_of], people)
    both, supply_class = priority(found, ranks, SUPPLY_WEIGHT), thirds(ranks[:, own])
    for at, rank in enumerate(told_of.tolist()):
        row = supply.professions[rank]
        yield Measured(
            indicator="priority",
            subject=f"{who_of(row)} : besoin et manque d'offre",
            unit=UNIT,
            value=_of_all(both[at], peers, len(around.ids)),
            hidden=told.households.hidden,
            profession=row.slug,
            said=_said(float(both[at, own]), need_class, int(supply_class[at])),
        )


def _of_all(values: Floats | Integers, peers: Integers, territories: int) -> Floats:
    """Return values of peers among those of all the territories, NaN for the others."""
    found = np.full(territories, np.nan)
    found[peers] = values
    return found


def _said(value: float, need: int, supply: int) -> str:
    if np.isnan(value):
        return ""
    return f"{french_number(value)} sur 100 (besoin {THIRDS[need]}, offre {THIRDS[supply]})"

"""Who lives in territories of the published release: every component of their need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from app.indicators.density import Floats
from app.indicators.gap_reading import load_people
from app.indicators.gaps import AgeSex
from app.indicators.needs import Component, Households, load_households, share
from app.indicators.portrait_values import Around, Measured
from app.indicators.wording import share_unit

EVERYBODY: AgeSex = ("all", "T")
ELDERLY: AgeSex = ("75+", "T")
CHILDREN: AgeSex = ("0-14", "T")
# What a portrait calls each component, and of whom it is a share.
SAID: dict[Component, tuple[str, str]] = {
    "poverty": ("Ménages pauvres", "ménages"),
    "elderly": ("Habitants de 75 ans et plus", "habitants"),
    "children": ("Habitants de moins de 15 ans", "habitants"),
    "single_parent": ("Familles monoparentales", "ménages"),
    "alone": ("Personnes seules", "ménages"),
}


@dataclass(frozen=True, slots=True)
class Living:
    """People, households and the share of each component, from 0 to 1, of territories; NaN unknown or "
    "secret."""

    people: Floats
    households: Households
    shares: dict[Component, Floats]


def load_living(connection: Connection, ids: Sequence[int]) -> Living:
    """Read who lives in territories, in the order given."""
    households = load_households(connection, ids)
    people = load_people(connection, ids, [EVERYBODY, ELDERLY, CHILDREN])

    def of(kind: AgeSex) -> Floats:
        return np.array([people.get(one, {}).get(kind, np.nan) for one in ids], dtype=np.float64)

    everybody = of(EVERYBODY)
    return Living(
        everybody,
        households,
        {
            "poverty": share(households.poor, households.households),
            "elderly": share(of(ELDERLY), everybody),
            "children": share(of(CHILDREN), everybody),
            "single_parent": share(households.single_parent, households.households),
            "alone": share(households.alone, households.households),
        },
    )


def read_needs(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield each component of the need of a portrait's territories, from 0 to 1 as everywhere."""
    living = load_living(connection, around.ids)
    for name, (subject, whole) in SAID.items():
        about_households = whole == "ménages"
        yield Measured(
            indicator=name,
            subject=subject,
            unit=share_unit(whole),
            value=living.shares[name],
            share_of=whole,
            base=living.households.households if about_households else None,
            hidden=living.households.hidden if about_households else None,
        )

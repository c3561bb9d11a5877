"""Who lives in territories of the published release: every component of their need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from app.indicators.density import Floats
from app.indicators.gap_reading import load_people
from app.indicators.gaps import AgeSex
from app.indicators.needs import Component, Households, load_households, share

EVERYBODY: AgeSex = ("all", "T")
ELDERLY: AgeSex = ("75+", "T")
CHILDREN: AgeSex = ("0-14", "T")


@dataclass(frozen=True, slots=True)
class Living:
    """People, households and the share of each component, from 0 to 1, of territories; NaN unknown or "
    "secret."""

    people: Floats
    households: Households
    shares: dict[Component, Floats]


def load_living(connection: Connection, ids: Sequence[int]) -> Living:
    """Read who lives in territories, in the order given."""
    people = load_people(connection, ids, [EVERYBODY, ELDERLY, CHILDREN])

    def of(kind: AgeSex) -> Floats:
        return np.array([people.get(one, {}).get(kind, np.nan) for one in ids], dtype=np.float64)

    return living(load_households(connection, ids), of)


def living(households: Households, of: Callable[[AgeSex], Floats]) -> Living:
    """Return the components of need of territories, ``of`` telling their people of an age and sex."""
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

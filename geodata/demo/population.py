"""People: how many live at each address, of which age and sex; the IRIS table and the 200 m cells."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pyproj import Transformer

from geodata.demo import plan
from geodata.demo.addresses import Addresses
from geodata.demo.plan import Floats, Ints
from geodata.demo.zoning import Blocks

# Age classes fine enough that every class of INSEE's tables is a sum of them (first year of each).
AGE_STARTS: Final = (0, 3, 4, 6, 11, 15, 18, 20, 25, 30, 40, 45, 55, 60, 65, 75, 80)
# Shares in ten thousandths by kind of place, in the order of AGE_STARTS.
PROFILES: Final = {
    "centre": (230, 75, 150, 330, 270, 240, 420, 1490, 1030, 1240, 560, 1060, 570, 550, 860, 350, 575),
    "outer": (300, 105, 220, 620, 540, 400, 260, 540, 520, 1330, 730, 1420, 690, 640, 960, 320, 405),
    "estate": (470, 160, 330, 800, 640, 460, 320, 740, 760, 1390, 640, 1150, 500, 430, 660, 245, 305),
    "village": (290, 100, 215, 640, 560, 410, 230, 430, 450, 1270, 760, 1500, 740, 720, 1010, 310, 365),
}
WOMEN: Final = (490, 490, 490, 490, 490, 495, 510, 520, 515, 508, 505, 510, 520, 525, 540, 580, 640)
PEOPLE_PER_HECTARE: Final = {"urban": 46.0, "estate": 84.0, "activity": 0.8, "rural": 0.25}


@dataclass(frozen=True, slots=True)
class People:
    """Inhabitants: ``count`` (n,) per address and ``ages`` (n, 17) of them, ``poverty`` share (n,)."""

    count: Floats
    ages: Floats
    poverty: Floats


def expected(blocks: Blocks) -> Floats:
    """Return the expected inhabitants of each block, scaled to the population of its commune."""
    distance = np.hypot(*blocks.xy.T)
    rate = np.array([PEOPLE_PER_HECTARE.get(str(u), 0.0) for u in blocks.use])
    dense = np.where(
        blocks.use == "urban", np.interp(distance, [0, 500, 1_300, 2_600], [2.9, 2.5, 1.35, 0.8]), 1.0
    )
    people = rate * dense * blocks.area / 1e4
    for k, commune in enumerate(plan.COMMUNES):
        mine = blocks.commune == k
        people[mine] *= commune.population / people[mine].sum()
    return people


def settle(seed: int, blocks: Blocks, addresses: Addresses) -> People:
    """Place the inhabitants of each block at its addresses; nobody lives where there is no address."""
    rng = plan.generator(seed, 8)
    share = rng.lognormal(0.0, 0.55, len(addresses))
    weight = np.bincount(addresses.block, share, len(blocks.area))[addresses.block]
    count = expected(blocks)[addresses.block] * share / weight
    for k, commune in enumerate(plan.COMMUNES):
        mine = addresses.commune == k
        count[mine] *= commune.population / count[mine].sum()
    use = blocks.use[addresses.block]
    distance = np.hypot(*addresses.xy.T)
    place = np.where(distance < 1_250.0, "centre", "outer").astype("U8")
    place[addresses.commune > 0] = "village"
    place[use == "estate"] = "estate"
    shares = np.array([PROFILES[str(p)] for p in place], dtype=np.float64)
    shares *= rng.lognormal(0.0, 0.12, shares.shape)
    ages = count[:, None] * shares / shares.sum(axis=1, keepdims=True)
    poverty = np.asarray(np.interp(distance, [0, 900, 2_600], [0.19, 0.13, 0.08]), dtype=np.float64)
    poverty[addresses.commune > 0] = 0.06
    poverty *= 1.0 + 0.4 * np.sin(addresses.xy[:, 0] / 310.0) * np.cos(addresses.xy[:, 1] / 270.0)
    for zone in plan.PRIORITY:
        away = np.hypot(*(addresses.xy - np.array(zone.centre)).T) / zone.radius
        poverty = np.maximum(poverty, np.interp(away, [0.9, 1.7], [0.46, 0.05]))
    return People(count, ages, poverty)


def _between(ages: Floats, first: int, last: int | None) -> Floats:
    """Return the sum over the classes that start at ``first`` or later and before ``last`` + 1."""
    keep = [a >= first and (last is None or a <= last) for a in AGE_STARTS]
    return np.asarray(ages[:, keep].sum(axis=1))


IRIS_CLASSES: Final = {
    **{"0002": (0, 2), "0305": (3, 5), "0610": (6, 10), "1117": (11, 17), "1824": (18, 24), "2539": (25, 39)},
    **{"4054": (40, 54), "5564": (55, 64), "6579": (65, 79), "80P": (80, None)},
    **{"0014": (0, 14), "1529": (15, 29), "3044": (30, 44), "4559": (45, 59), "6074": (60, 74)},
    **{"75P": (75, None), "0019": (0, 19), "2064": (20, 64), "65P": (65, None)},
}
SEX_CLASSES: Final = ("0014", "1529", "3044", "4559", "6074", "75P", "0019", "2064", "65P")


def iris_columns(people: People, iris: Ints, count: int) -> dict[str, Floats]:
    """Return the columns of INSEE's IRIS table (without ``P22_``) summed from the addresses."""
    ages = np.stack([np.bincount(iris, people.ages[:, k], count) for k in range(len(AGE_STARTS))], axis=1)
    total = ages.sum(axis=1)
    women = ages * np.array(WOMEN) / 1_000.0
    columns = {"POP": total}
    columns |= {f"POP{name}": _between(ages, *bounds) for name, bounds in IRIS_CLASSES.items()}
    for letter, part in (("H", ages - women), ("F", women)):
        columns[f"POP{letter}"] = part.sum(axis=1)
        columns |= {f"{letter}{name}": _between(part, *IRIS_CLASSES[name]) for name in SEX_CLASSES}
    poor = np.bincount(iris, people.count * people.poverty, count)
    columns["POP_FR"] = total - 0.35 * poor
    columns["POP_ETR"] = 0.35 * poor
    columns["POP_IMM"] = 0.5 * poor
    columns["PMEN"] = total * 0.975
    columns["PHORMEN"] = total - columns["PMEN"]
    return columns


CELL_CLASSES: Final = {
    **{"0_3": (0, 3), "4_5": (4, 5), "6_10": (6, 10), "11_17": (11, 17), "18_24": (18, 24)},
    **{"25_39": (25, 39), "40_54": (40, 54), "55_64": (55, 64), "65_79": (65, 79), "80p": (80, None)},
}


@dataclass(frozen=True, slots=True)
class Cells:
    """Inhabited cells of 200 m: lower-left corner in EPSG:3035 metres and the columns of Filosofi."""

    east: Ints
    north: Ints
    communes: list[str]
    columns: dict[str, Floats]


def _households(rng: np.random.Generator, people: Floats, poverty: Floats) -> dict[str, Floats]:
    size = np.interp(poverty, [0.06, 0.2, 0.46], [2.35, 1.9, 2.4])
    homes = people / size
    noise = rng.uniform(0.85, 1.15, (6, len(people)))
    flats = homes * np.clip(np.interp(people, [20, 300], [0.1, 0.95]) * noise[0], 0.0, 1.0)
    social = homes * np.clip((poverty - 0.05) * 1.9 * noise[1], 0.0, 0.95)
    columns = {"men": homes, "men_pauv": homes * poverty * noise[2]}
    columns |= {"men_1ind": homes * 0.38 * noise[3], "men_5ind": homes * 0.07 * noise[4]}
    columns |= {"men_prop": homes * (0.72 - poverty), "men_fmp": homes * (0.07 + 0.25 * poverty)}
    columns |= {"ind_snv": people * 30_500.0 * np.exp(-1.9 * poverty) * noise[5], "men_surf": homes * 79.0}
    columns |= {"men_coll": flats, "men_mais": homes - flats, "log_soc": social}
    shares = {"log_av45": 0.3, "log_45_70": 0.24, "log_70_90": 0.26, "log_ap90": 0.18, "log_inc": 0.02}
    return columns | {name: homes * share for name, share in shares.items()}


def cells(seed: int, people: People, addresses: Addresses) -> Cells:
    """Return the cells of an older vintage: 2 % fewer people, cells under 11 households imputed."""
    rng = plan.generator(seed, 9)
    transformer = Transformer.from_crs(2154, 3035, always_xy=True)
    laea = np.stack(transformer.transform(*plan.lambert(addresses.xy).T), axis=1)
    corner = (np.floor(laea / 200.0) * 200.0).astype(np.int64)
    unique, cell = np.unique(corner[:, ::-1], axis=0, return_inverse=True)
    cell = cell.ravel()
    count = len(unique)
    drift = 0.98 * rng.lognormal(0.0, 0.035, count)
    ages = np.stack([np.bincount(cell, people.ages[:, k], count) for k in range(len(AGE_STARTS))], axis=1)
    ages *= drift[:, None]
    total = ages.sum(axis=1)
    living = np.maximum(np.bincount(cell, people.count, count), 1e-9)
    poverty = np.bincount(cell, people.count * people.poverty, count) / living
    columns = {"ind": total} | _households(rng, total, poverty)
    columns |= {f"ind_{name}": _between(ages, *bounds) for name, bounds in CELL_CLASSES.items()}
    columns["ind_inc"] = np.zeros(count)
    pairs = np.unique(np.stack([cell, addresses.commune], axis=1), axis=0)
    owners = [""] * count
    for k, commune in pairs.tolist():
        owners[k] += plan.COMMUNES[commune].code
    kept = total >= 0.5
    return Cells(
        unique[kept, 1],
        unique[kept, 0],
        [owner for owner, keep in zip(owners, kept, strict=True) if keep],
        {name: values[kept] for name, values in columns.items()},
    )

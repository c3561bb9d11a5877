"""Who owns which block: communes, quartiers, IRIS, priority neighbourhoods, parks and activity zones."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_matrix

from geodata.demo import plan
from geodata.demo.curves import blob
from geodata.demo.groups import Borders, balanced, in_one_piece, spread_seeds
from geodata.demo.plan import Floats, Ints
from geodata.demo.skeleton import Skeleton
from geodata.demo.streets import Geometries, Network, urbanity

BANK_SHIFT = np.array([0.0, -650.0])  # opens the river, so that groups keep to one bank
GARDENS = 16
TRIES, EVEN = 14, 0.93  # divisions tried, and the least share of the mean that is even enough
COMPASS = ("Est", "Nord-Est", "Nord", "Nord-Ouest", "Ouest", "Sud-Ouest", "Sud", "Sud-Est")


@dataclass(frozen=True, slots=True)
class Blocks:
    """One row a block. ``use`` is urban, estate, activity, park, garden, water, wood or rural."""

    polygons: Geometries
    xy: Floats
    area: Floats
    use: npt.NDArray[np.str_]
    commune: Ints
    south: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Iris:
    """An IRIS: its code is the commune's five digits and four of its own."""

    code: str
    name: str
    kind: str
    commune: plan.Commune
    quartier: int
    polygon: shapely.Geometry


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority neighbourhood (QPV) as drawn, before the fault one of them gets when written."""

    code: str
    name: str
    communes: tuple[plan.Commune, ...]
    polygon: shapely.Polygon


def _near(xy: Floats, zones: tuple[plan.Zone, ...]) -> npt.NDArray[np.bool_]:
    hit = np.zeros(len(xy), dtype=np.bool_)
    for zone in zones:
        hit |= np.hypot(*(xy - np.array(zone.centre)).T) < zone.radius
    return hit


def _communes(xy: Floats, limits: Borders) -> Ints:
    """Nearest centre, the city ahead where it is built and behind in the fields, in one piece each.

    A wave bends the plane so that borders wander.
    """
    wave = 190.0 * np.stack([np.sin(xy[:, 1] / 610.0 + 1.0), np.sin(xy[:, 0] / 540.0)], axis=1)
    score = np.array([np.hypot(*(xy + wave - np.array(c.centre)).T) for c in plan.COMMUNES])
    score[0] += 1.4 * np.maximum(score[0] - 2_900.0, 0.0) - 1_500.0
    return in_one_piece(score.argmin(axis=0), limits.touching)


def _gardens(seed: int, xy: Floats, area: Floats, use: npt.NDArray[np.str_]) -> Ints:
    """Choose some small blocks of the city, far from each other, to be public gardens."""
    rng = plan.generator(seed, 16)
    away = np.hypot(*xy.T)
    fit = (use == "urban") & (area > 4_000.0) & (area < 13_000.0) & (away > 300.0) & (away < 2_500.0)
    chosen: list[int] = []
    for k in rng.permutation(np.flatnonzero(fit)).tolist():
        if len(chosen) < GARDENS and all(np.hypot(*(xy[k] - xy[c])) > 600.0 for c in chosen):
            chosen.append(k)
    return np.array(chosen, dtype=np.int64)


def classify(seed: int, network: Network, skeleton: Skeleton, limits: Borders) -> Blocks:
    """Return the blocks with their use and commune."""
    polygons = network.blocks
    xy = shapely.get_coordinates(shapely.point_on_surface(polygons))
    area = shapely.area(polygons)
    use = np.where(urbanity(xy) > 0.35, "urban", "rural").astype("U8")
    use[(use == "rural") & (plan.generator(seed, 15).random(len(xy)) < 0.2)] = "wood"
    use[_near(xy, plan.PRIORITY)] = "estate"
    use[_near(xy, plan.ACTIVITY)] = "activity"
    use[_gardens(seed, xy, area, use)] = "garden"
    points = shapely.points(xy)
    use[shapely.contains_properly(shapely.union_all(skeleton.parks), points)] = "park"
    use[shapely.contains_properly(skeleton.river, points)] = "water"
    axis = shapely.get_coordinates(skeleton.river_axis)
    south = xy[:, 1] < np.interp(xy[:, 0], axis[:, 0], axis[:, 1])
    return Blocks(polygons, xy, area, use, _communes(xy, limits), south)


def quartiers(blocks: Blocks, people: Floats, limits: Borders) -> Ints:
    """Return the quartier (0-11) of each block of the city, -1 elsewhere."""
    city = blocks.commune == 0
    seeds = np.array([centre for _, centre in plan.QUARTIERS])
    axis_y = np.interp(seeds[:, 0], *np.array(plan.RIVER).T)
    seeds = seeds + np.where((seeds[:, 1] < axis_y)[:, None], BANK_SHIFT, 0.0)
    xy = blocks.xy[city] + np.where(blocks.south[city][:, None], BANK_SHIFT, 0.0)
    label = np.full(len(city), -1, dtype=np.int64)
    label[city] = balanced(xy, np.sqrt(people[city] + 5.0), seeds, rounds=12, pull=0.75)
    inner = in_one_piece(label[city], limits.adjacency[city][:, city])
    label[city] = inner
    return label


def _counts(people: Floats, total: int) -> Ints:
    """Share ``total`` units in proportion to people, at least one each (largest remainder)."""
    exact = people / people.sum() * total
    whole = np.maximum(np.floor(exact).astype(np.int64), 1)
    order = np.argsort(-(exact - whole))
    for k in range(total - int(whole.sum())):
        whole[order[k % len(order)]] += 1
    return whole


def _special(blocks: Blocks, quartier: Ints) -> list[tuple[str, str, npt.NDArray[np.bool_]]]:
    """Return the IRIS that are not dwellings: the great park and the activity zones of the city."""
    city = blocks.commune == 0
    found = []
    for kind, use, zones in (("D", "park", plan.PARKS[:1]), ("A", "activity", plan.ACTIVITY)):
        for zone in zones:
            mask = city & (blocks.use == use) & _near(blocks.xy, (zone,))
            found.append((kind, zone.name, mask))
    return found


def iris_labels(
    seed: int, blocks: Blocks, people: Floats, quartier: Ints, limits: Borders
) -> tuple[Ints, list[tuple[str, str, int, int]]]:
    """Return each block's IRIS and, per IRIS, (kind, name, commune index, quartier)."""
    rng = plan.generator(seed, 3)
    label = np.full(len(people), -1, dtype=np.int64)
    rows: list[tuple[str, str, int, int]] = []
    for kind, name, mask in _special(blocks, quartier):
        label[mask] = len(rows)
        rows.append((kind, name, 0, int(np.bincount(quartier[mask]).argmax())))
    free = label < 0
    dwelling = plan.CITY.iris_count - len(rows)
    of_quartier = [free & (quartier == q) for q in range(len(plan.QUARTIERS))]
    shares = _counts(np.array([people[mask].sum() for mask in of_quartier]), dwelling)
    areas = [(mask, int(n), name, 0, q) for q, (mask, n, (name, _)) in enumerate(
        zip(of_quartier, shares, plan.QUARTIERS, strict=True))]  # fmt: skip
    areas += [
        (blocks.commune == c, com.iris_count, com.name, c, -1) for c, com in enumerate(plan.COMMUNES) if c
    ]
    xy = blocks.xy + np.where(blocks.south[:, None], BANK_SHIFT, 0.0)
    for mask, count, name, commune, q in areas:
        weight = people[mask] + 3.0
        local = _shares(rng, xy[mask], weight, count, limits.adjacency[mask][:, mask])
        label[mask] = local + len(rows)
        centres = [np.average(xy[mask][local == k], axis=0, weights=weight[local == k]) for k in range(count)]
        kind = "H" if count > 1 else "Z"
        rows += [(kind, n, commune, q) for n in _names(name, np.array(centres))]
    frozen = np.array([kind in "AD" for kind, *_ in rows])
    pairs = limits.adjacency.tocoo()
    home = blocks.commune[pairs.row] == blocks.commune[pairs.col]
    inner = csr_matrix((pairs.data[home], (pairs.row[home], pairs.col[home])), shape=pairs.shape)
    return in_one_piece(label, inner, frozen), rows


def _shares(rng: np.random.Generator, xy: Floats, weight: Floats, count: int, adjacency: csr_matrix) -> Ints:
    """Return an even division into ``count`` groups in one piece: the best of some tries."""
    most, best = -1.0, np.zeros(len(xy), dtype=np.int64)
    for _ in range(TRIES):
        start = spread_seeds(rng, xy, weight, count)
        label = in_one_piece(balanced(xy, weight, start, rounds=45), adjacency)
        least = float(np.bincount(label, weight, count).min() * count / weight.sum())
        if least > most:
            most, best = least, label
        if most > EVEN:
            break
    return best


def _names(place: str, centres: Floats) -> list[str]:
    """Name the parts of a place after their side of it."""
    if len(centres) == 1:
        return [place]
    away = centres - centres.mean(axis=0)
    angle = np.round(np.arctan2(away[:, 1], away[:, 0]) / (np.pi / 4)).astype(int) % 8
    names: list[str] = []
    for k in angle:
        name, number = f"{place} {COMPASS[k]}", 2
        while name in names:
            name, number = f"{place} {COMPASS[k]} {number}", number + 1
        names.append(name)
    return names


def dissolve(blocks: Blocks, label: Ints, count: int) -> Geometries:
    """Return the union of the blocks of each label."""
    return np.array(
        [shapely.coverage_union_all(blocks.polygons[label == k]) for k in range(count)], dtype=object
    )


def iris_list(blocks: Blocks, label: Ints, rows: list[tuple[str, str, int, int]]) -> tuple[list[Iris], Ints]:
    """Return the IRIS in the order of their codes, and each block's place in that list."""
    polygons = dissolve(blocks, label, len(rows))
    number: dict[tuple[int, int], int] = {}
    found = []
    for (kind, name, commune, quartier), polygon in zip(rows, polygons, strict=True):
        rank = number[commune, quartier] = number.get((commune, quartier), 0) + 1
        own = "0000" if kind == "Z" else f"{quartier + 1 if commune == 0 else 1:02d}{rank:02d}"
        home = plan.COMMUNES[commune]
        found.append(Iris(home.code + own, name, kind, home, quartier, polygon))
    order = sorted(range(len(found)), key=lambda k: found[k].code)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return [found[k] for k in order], place[label]


def priorities(seed: int, blocks: Blocks, communes: Geometries) -> list[Priority]:
    """Return the priority neighbourhoods: groups of blocks drawn back from their streets."""
    rng = plan.generator(seed, 4)
    found = []
    for k, zone in enumerate(plan.PRIORITY):
        shape = blob(rng, zone.centre, zone.radius * 1.02, 0.16)
        inside = shapely.area(shapely.intersection(blocks.polygons, shape)) > 0.5 * blocks.area
        inside &= np.isin(blocks.use, ("urban", "estate", "activity"))
        closed = shapely.buffer(shapely.union_all(blocks.polygons[inside]), 85.0)
        joined = shapely.simplify(shapely.buffer(closed, -92.0), 3.0)
        parts = shapely.get_parts(shapely.union(joined, shapely.buffer(shape, -130.0)))
        polygon = shapely.Polygon(parts[shapely.area(parts).argmax()].exterior)
        share = shapely.area(shapely.intersection(communes, polygon)) / polygon.area
        owners = tuple(c for c, part in zip(plan.COMMUNES, share, strict=True) if part > 0.03)
        if len(owners) == 1:
            polygon = shapely.intersection(polygon, communes[plan.COMMUNES.index(owners[0])])
        found.append(Priority(f"QN00{k + 1:03d}M", zone.name, owners, polygon))
    return found

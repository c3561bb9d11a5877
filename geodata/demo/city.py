"""The whole city in memory: ground, zones, addresses and people, each made from the one before."""

from dataclasses import dataclass

import numpy as np

from geodata.demo import addresses, groups, plan, population, skeleton, streets, zoning
from geodata.demo.plan import Ints
from geodata.demo.streets import Geometries


@dataclass(frozen=True, slots=True)
class City:
    """Everything the files are written from. ``*_of`` give the place of each address, -1 for none."""

    seed: int
    skeleton: skeleton.Skeleton
    network: streets.Network
    blocks: zoning.Blocks
    addresses: addresses.Addresses
    people: population.People
    iris: list[zoning.Iris]
    communes: Geometries
    quartiers: Geometries
    priorities: list[zoning.Priority]
    iris_of: Ints
    quartier_of: Ints
    priority_of: Ints


def build(seed: int) -> City:
    """Return the city of ``seed``."""
    frame = skeleton.draw(seed)
    network = streets.lay(seed, frame)
    limits = groups.borders(network)
    blocks = zoning.classify(seed, network, frame, limits)
    listed = addresses.build(seed, network, blocks)
    people = population.settle(seed, blocks, listed)
    living = np.bincount(listed.block, people.count, len(blocks.area))
    quartier = zoning.quartiers(blocks, living, limits)
    label, rows = zoning.iris_labels(seed, blocks, living, quartier, limits)
    iris, label = zoning.iris_list(blocks, label, rows)
    quartier = np.array([zone.quartier for zone in iris])[label]
    communes = zoning.dissolve(blocks, blocks.commune, len(plan.COMMUNES))
    priorities = zoning.priorities(seed, blocks, communes)
    outlines = np.array([zone.polygon for zone in priorities], dtype=object)
    return City(
        seed,
        frame,
        network,
        blocks,
        listed,
        people,
        iris,
        communes,
        zoning.dissolve(blocks, quartier, len(plan.QUARTIERS)),
        priorities,
        label[listed.block],
        quartier[listed.block],
        groups.locate(outlines, listed.xy),
    )

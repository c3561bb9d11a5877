"""Who lives here: the age pyramid beside what holds the territory, and what is known of needs."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from app.api import views
from app.api.lookup import find_territory
from app.indicators.registry import FAMILIES
from app.indicators.wording import french_integer, percent
from app.maps.charts.pyramid import Ages, draw_pyramid
from app.web.portrait.asked import Asked, split
from app.web.portrait.block import (
    NOTHING,
    Block,
    Cell,
    Drawing,
    Table,
    count_cell,
    number_cell,
    share_cell,
    text_cell,
)

TITLE = "Qui habite ici"
CLASSES = (
    ("0-14", "0-14"),
    ("15-29", "15-29"),
    ("30-44", "30-44"),
    ("45-59", "45-59"),
    ("60-74", "60-74"),
    ("75+", "75 et +"),
)
NEEDS = tuple(entry.slug for entry in FAMILIES["Les besoins"])
METHODS = {
    "stated": "publiée par l'INSEE pour ce territoire",
    "iris": "de l'INSEE pour cet IRIS",
    "cells": "répartie depuis les IRIS sur les carreaux habités de 200 m",
    "addresses": "répartie depuis les IRIS au prorata des adresses",
    "area": "répartie depuis les IRIS au prorata des surfaces",
    "sum": "somme des territoires qu'il contient",
}
type People = Mapping[tuple[str, str], float]


def people_block(connection: Connection, asked: Asked) -> Block:
    """Return the block on the people and their needs."""
    own: People = {(one.age_class, one.sex): one.value for one in asked.portrait.populations}
    ages = _ages(asked.portrait.name, own)
    sentences = [*_sentences(asked), *(one.sentence for slug in NEEDS for one in asked.figures(slug))]
    if ages is None:
        return Block("habitants", TITLE, [*sentences, "Leurs âges ne sont pas connus."], [], [_needs(asked)])
    other = None
    if asked.holder is not None:
        other = _ages(asked.holder.name, _populations(connection, asked.holder.territory))
    title = f"Habitants par âge et par sexe : {asked.portrait.name}"
    svg = draw_pyramid("pyramide", title, CLASSES, ages, other)
    drawing = Drawing(svg, title, "Parts de tous les habitants, en %.")
    return Block("habitants", TITLE, sentences, [drawing], [_table(own), _needs(asked)])


def _sentences(asked: Asked) -> Iterable[str]:
    portrait = asked.portrait
    if portrait.population is None:
        yield "La population n'est pas connue."
        return
    method = METHODS[portrait.population_method] if portrait.population_method else ""
    said = f"{french_integer(round(portrait.population))} habitants"
    yield f"{said}, population {method}." if method else f"{said}."
    if portrait.imputed_share:
        yield f"{percent(portrait.imputed_share)} de cette population vient de carreaux imputés par l'INSEE."


def _populations(connection: Connection, territory: str) -> People:
    c = views.population.c
    found = find_territory(connection, "code", *split(territory))
    rows = connection.execute(select(c.age_class, c.sex, c.value).where(c.territory_id == found.id))
    return {(row.age_class, row.sex): row.value for row in rows}


def _ages(label: str, people: People) -> Ages | None:
    """Return the people by age and sex; None where a class is unknown."""
    if any((slug, sex) not in people for slug, _ in CLASSES for sex in "HF"):
        return None
    return Ages(label, {slug: (people[slug, "H"], people[slug, "F"]) for slug, _ in CLASSES})


def _table(people: People) -> Table:
    rows = [
        (f"{label} ans", [count_cell(people.get((slug, sex))) for sex in "HFT"]) for slug, label in CLASSES
    ]
    return Table("Habitants par âge et par sexe", ("Âge", "Hommes", "Femmes", "Ensemble"), rows)


def _needs(asked: Asked) -> Table:
    holder = [asked.holder.name] if asked.holder else []
    rows = []
    for one in (figure for slug in NEEDS for figure in asked.figures(slug)):
        whole = one.unit.removeprefix("part ").removesuffix(", de 0 à 1")
        cell = number_cell if whole == one.unit else share_cell
        cells = [cell(one.value, one.status), text_cell(whole)]
        if asked.holder:
            beside = one.compared[0] if one.compared else None
            cells.append(cell(beside.value, beside.status) if beside else Cell(NOTHING))
        rank = Cell(f"{one.rank} sur {one.ranked}") if one.rank is not None else Cell(NOTHING)
        rows.append((one.label, [*cells, rank]))
    note = "NS : non montré, trop peu de ménages seraient concernés. Rang du plus au moins élevé."
    return Table("Besoins", ("Composante", "Ici", "Unité", *holder, "Rang"), rows, note)

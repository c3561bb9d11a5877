"""A national annuaire written from a seed: 2.2 million lines of 56 columns, and its next vintage.

The shape is the real file's: 1.27 million people with one to four lines, a quarter of the lines without any
structure, half without a commune code, CEDEX, foreign places, ADELI numbers. Nobody is real.
"""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from geodata.demo import names
from geodata.demo.annuaire import HEADER

PEOPLE = 1_270_000
PLACES = 1_000_000
SEED = 2025
BUFFERED_LINES = 20_000
# Of the people of the next vintage: who comes, who goes, who says something else of one line.
ARRIVED, LEFT, CHANGED, SWAPPED = 0.012, 0.012, 0.048, 0.004
TOWNS = 30_000
PROFESSIONS = (
    ("60", "Infirmier", 0.40),
    ("10", "Médecin", 0.22),
    ("70", "Masseur-Kinésithérapeute", 0.11),
    ("93", "Psychologue", 0.08),
    ("21", "Pharmacien", 0.07),
    ("40", "Chirurgien-Dentiste", 0.05),
    ("91", "Orthophoniste", 0.03),
    ("50", "Sage-Femme", 0.02),
    ("80", "Pédicure-Podologue", 0.02),
)
SKILLS = (
    ("SM54", "Médecine Générale"),
    ("SM26", "Qualification en Médecine Générale"),
    ("SM04", "Cardiologie"),
    ("SM40", "Pédiatrie"),
    ("SM38", "Ophtalmologie"),
    ("SM42", "Psychiatrie"),
)
KINDS = (("R", "Rue"), ("AV", "Avenue"), ("BD", "Boulevard"), ("PL", "Place"), ("CHE", "Chemin"))
SECTORS = (
    ("SA07", "Cabinet individuel"),
    ("SA08", "Cabinet de groupe"),
    ("SA01", "Etablissement public de santé"),
    ("SA05", "Centre de santé"),
    ("SA33", "Pharmacie d'officine"),
)
MODES = (("L", "Lib,indép,artis,com"), ("S", "Salarié"))


def write(folder: Path, *, scale: float = 1.0, following: bool = False) -> Path:
    """Write the annuaire of 3 November 2025, or the one that follows a week later, and return its path.

    ``scale`` multiplies people and places; 1 is the country. Counted: 3.96 % of the lines of the following
    one are not in the first, 3.95 % of the first are gone; 4.8 % of its people say otherwise, 1.2 % came.
    """
    day = date(2025, 11, 10) if following else date(2025, 11, 3)
    path = folder / f"PS_LibreAcces_Personne_activite_{day:%Y%m%d}0800.txt"
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        buffer = [HEADER]
        for lines in _people(scale, following=following):
            buffer += lines
            if len(buffer) > BUFFERED_LINES:
                stream.write("\n".join(buffer) + "\n")
                buffer.clear()
        stream.write("\n".join(buffer) + "\n")
    return path


def _people(scale: float, *, following: bool) -> Iterator[list[str]]:
    """Yield everybody's lines in the order of the file, the same in both vintages for who did not change."""
    rng, news = random.Random(SEED), random.Random(SEED + 1)
    places = _places(rng, int(PLACES * scale))
    delayed: list[str] = []
    for rank in range(int(PEOPLE * scale)):
        lines = _person(rng, rank, places)
        if following:
            draw = news.random()
            if draw < LEFT:
                continue
            if draw < LEFT + CHANGED:
                lines[-1] = _changed(news, lines[-1], places)
            elif draw < LEFT + CHANGED + SWAPPED:
                delayed += lines[1:]
                lines = lines[:1]
            elif draw > 1 - ARRIVED:
                yield _person(news, int(PEOPLE * scale) + rank, places)
            elif delayed and draw > 0.9:
                lines, delayed = [*lines, *delayed], []
        yield lines
    if delayed:
        yield delayed


def _person(rng: random.Random, rank: int, places: list[str]) -> list[str]:
    draw = rng.random()
    code, label = _profession(rng.random())
    adeli = code in {"93", "80"}
    number = f"{rank:09d}" if adeli else f"{10_000_000_000 + rank}"
    civility = "MME" if draw < 0.68 else "M"
    given = names.GIVEN[int(draw * 7919) % len(names.GIVEN)]
    family = "".join(names.SYLLABLES[(rank * step) % len(names.SYLLABLES)] for step in (7, 31, 101)).upper()
    identity = f"{0 if adeli else 8}|{number}|{0 if adeli else 8}{number}"
    civil = (
        f"{'DR|Docteur' if code == '10' else '|'}|{civility}|{'Madame' if civility == 'MME' else 'Monsieur'}"
    )
    start = f"{identity}|{civil}|{family}|{given}|{code}|{label}|C|Civil"
    count = 1 + (draw < 0.42) + (draw < 0.2) + (draw < 0.12)
    lines = []
    for _ in range(count):
        skill = SKILLS[int(rng.random() ** 2 * len(SKILLS))] if code == "10" else None
        skilled = f"S|Spécialité ordinale|{skill[0]}|{skill[1]}" if skill else "|||"
        lines.append(_activity(rng, f"{start}|{skilled}", places, code))
    return lines


def _activity(rng: random.Random, start: str, places: list[str], profession: str) -> str:
    draw = rng.random()
    mode, sector = MODES[draw > 0.6], SECTORS[int(draw * len(SECTORS))]
    if draw > 0.72:
        tail = "|" * 27
    elif draw < 0.62:
        tail = places[int(rng.random() * len(places))]
    else:
        tail = places[int(rng.random() ** 4 * len(places))]
    section = "A|Titulaire d'officine" if profession == "21" else "|"
    order = "CNOI/CNOI/CNOI" if profession == "60" else "CNOM/CNOM/CNOM"
    return (
        f"{start}|{mode[0]}|{mode[1]}|{tail}|{order}|{sector[0]}|{sector[1]}|{section}"
        "|FON-01|Titulaire de cabinet|GENR01||"
    )


def _profession(draw: float) -> tuple[str, str]:
    for code, label, share in PROFESSIONS:
        draw -= share
        if draw < 0:
            return code, label
    return PROFESSIONS[0][:2]


def _places(rng: random.Random, count: int) -> list[str]:
    """Return the 29 fields of structures, from SIRET to the old identifier."""
    endings = [f"{first} {root}" for first in names.FIRST for root in names.ROOTS]
    endings += [f"des {name}" for name in names.NATURE]
    return [_place(rng, rank, endings) for rank in range(count)]


def _place(rng: random.Random, rank: int, endings: list[str]) -> str:
    draw, kind = rng.random(), KINDS[int(rng.random() ** 2 * len(KINDS))]
    town = int(rng.random() ** 2 * TOWNS)
    ending = endings[int(rng.random() * len(endings))].upper()
    place, postcode = f"{endings[town % len(endings)]} {town % 97}".upper(), f"{1000 + town * 3:05d}"
    cedex = " CEDEX" if draw < 0.08 else ""
    coded = draw > 0.3
    siret = f"{300_000_000 + rank}00019"
    finess = f"{town % 95 + 1:02d}{rank % 10_000_000:07d}" if draw > 0.85 else ""
    abroad = "99109|Allemagne" if 0.5 < draw < 0.505 else "99000|France" if draw > 0.6 else "|"
    complement = f"RESIDENCE {endings[rank % len(endings)]}".upper() if draw < 0.2 else ""
    number = str(int(draw * 997) % 150 + 1)
    return (
        f"{siret}|{siret[:9]}|{finess}|{finess}|C{siret}|CABINET DE SANTE {ending} {rank % 991}"
        f"|{'MAISON DE SANTE PLURIPROFESSIONNELLE' if draw < 0.3 else ''}||{complement}"
        f"|{number}|{'B' if draw > 0.97 else ''}|{kind[0]}|{kind[1]}|{ending}||{postcode} {place}{cedex}"
        f"|{postcode}|{postcode if coded else ''}|{place if coded else ''}|{abroad}"
        f"|01{rank % 100_000_000:08d}||02{rank % 100_000_000:08d}|contact{rank}@cabinet.example"
        f"|{postcode[:2]}|Département {postcode[:2]}|{'1' + siret if draw > 0.5 else ''}"
    )


def _changed(news: random.Random, line: str, places: list[str]) -> str:
    """Return the line of someone who moved, took another mode, or whose telephone alone changed."""
    fields = line.split("|")
    draw = news.random()
    if draw < 0.4:
        fields[19:47] = places[int(news.random() * len(places))].split("|")
    elif draw < 0.7:
        fields[17:19] = ("S", "Salarié") if fields[17] == "L" else ("L", "Lib,indép,artis,com")
    else:
        fields[40] = f"03{int(news.random() * 10**8):08d}"
    return "|".join(fields)

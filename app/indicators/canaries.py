"""Canaries: what a city knows for certain, and that every release must show.

Either a practitioner who must be there, or a total between two bounds.
"""

import csv
import hmac
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from app.db.sql import load
from app.errors import Place, SetupError
from app.indicators.guards import Finding
from app.indicators.wording import LEVEL_NAMES
from app.settings import Settings
from app.sources.texts import french_count
from app.supply.nomenclature import PROFESSIONS

COLUMNS = ("rpps", "profession", "territoire", "minimum", "maximum")
PROFESSION = {profession.slug: profession for profession in PROFESSIONS}
RPPS_DIGITS, NATIONAL_DIGITS = 11, 12


@dataclass(frozen=True, slots=True)
class Canary:
    """One line of the city's file. ``key`` is the keyed hash of a practitioner, None for a total."""

    place: str
    key: bytes | None
    profession: str | None
    territory: tuple[str, str] | None
    minimum: int = 0
    maximum: int | None = None


def read_canaries(settings: Settings) -> tuple[Canary, ...]:
    """Return the canaries of the city's file, none where there is no file. No number of a person is kept.

    Raises SetupError, with the line, for a file that cannot be read or understood.
    """
    path = settings.canaries
    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = {
            FileNotFoundError: "il n'existe pas",
            PermissionError: "ce compte n'en a pas le droit",
            UnicodeDecodeError: "il n'est pas en UTF-8",
        }.get(type(error), "il ne s'ouvre pas")
        raise SetupError(
            f"Le fichier des repères {path} (OBSERVATOIRE_CANARIES) ne peut pas être lu : {reason}. "
            "Rien n'a été modifié.",
            hint="Corrigez le chemin ou le fichier ; sans ce réglage, aucun repère n'est contrôlé.",
        ) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise _wrong(path, 1, f"il manque la colonne « {missing[0]} »")
    secret = settings.hash_key.get_secret_value().encode()
    return tuple(
        _canary(path, rows.line_num, {name: (row[name] or "").strip() for name in COLUMNS}, secret)
        for row in rows
    )


def _canary(path: Path, line: int, row: Mapping[str, str], secret: bytes) -> Canary:
    place = f"ligne {line} de {path.name}"
    profession = row["profession"] or None
    if profession is not None and profession not in PROFESSION:
        raise _wrong(path, line, f"la profession « {profession} » n'existe pas")
    territory = _territory(path, line, row["territoire"])
    bounds = {name: row[name] for name in ("minimum", "maximum") if row[name]}
    if not all(bound.isdecimal() and bound.isascii() for bound in bounds.values()):
        raise _wrong(path, line, "« minimum » et « maximum » sont des nombres entiers")
    minimum, maximum = (int(bounds[name]) if name in bounds else None for name in ("minimum", "maximum"))
    if row["rpps"]:
        number = row["rpps"]
        if not (number.isdecimal() and number.isascii() and len(number) in (RPPS_DIGITS, NATIONAL_DIGITS)):
            raise _wrong(path, line, "le numéro RPPS n'a pas 11 chiffres")
        if bounds:
            raise _wrong(path, line, "un praticien n'a ni minimum ni maximum")
        national = number if len(number) == NATIONAL_DIGITS else f"8{number}"
        return Canary(place, hmac.digest(secret, national.encode(), "sha256"), profession, territory)
    if profession is None or territory is None or not bounds:
        raise _wrong(path, line, "un total a une profession, un territoire, et un minimum ou un maximum")
    if maximum is not None and maximum < (minimum or 0):
        raise _wrong(path, line, "le maximum est inférieur au minimum")
    return Canary(place, None, profession, territory, minimum or 0, maximum)


def _territory(path: Path, line: int, text: str) -> tuple[str, str] | None:
    if not text:
        return None
    level, _, code = text.partition(":")
    if level not in LEVEL_NAMES or not code:
        raise _wrong(path, line, f"le territoire « {text} » ne s'écrit pas niveau:code, comme commune:35238")
    return level, code


def _wrong(path: Path, line: int, what: str) -> SetupError:
    return SetupError(
        f"Le fichier des repères (OBSERVATOIRE_CANARIES) n'est pas valable : {what}. Rien n'a été modifié.",
        place=Place(source=path.name, line=line),
        hint="Ses colonnes et un exemple sont dans docs/guide.md.",
    )


def missed(
    connection: Connection, release_id: int, vintage: date, canaries: tuple[Canary, ...]
) -> Iterator[Finding]:
    """Judge each canary on a release whose supply is that of ``vintage``."""
    for canary in canaries:
        territory = _territory_id(connection, release_id, canary.territory)
        if canary.territory is not None and territory is None:
            where = ":".join(canary.territory)
            told = f"le territoire {where} n'est pas dans cette version ({canary.place})"
            yield Finding(
                "canary", canary.place, None, None, None, passed=False, sentence=f"Repère : {told}."
            )
        elif canary.key is None:
            yield _total(connection, release_id, territory, canary)
        else:
            yield _practitioner(connection, release_id, vintage, territory, canary)


def _territory_id(connection: Connection, release_id: int, territory: tuple[str, str] | None) -> int | None:
    if territory is None:
        return None
    level, code = territory
    values = {"release_id": release_id, "level": level, "code": code}
    found: int | None = connection.execute(load("app.indicators", "judgement_territory"), values).scalar()
    return found


def _practitioner(
    connection: Connection, release_id: int, vintage: date, territory: int | None, canary: Canary
) -> Finding:
    there = connection.execute(
        load("app.indicators", "judgement_canary"),
        {
            "release_id": release_id,
            "vintage": vintage,
            "key": canary.key,
            "profession": canary.profession,
            "territory_id": territory,
        },
    ).scalar_one()
    asked = [
        f"en {':'.join(canary.territory)}" if canary.territory else "",
        f"parmi les {PROFESSION[canary.profession].label.lower()}" if canary.profession else "",
    ]
    where = " ".join(part for part in asked if part)
    told = "est bien là" if there else "n'est pas dans cette version"
    sentence = f"Repère : le praticien de la {canary.place} {told}{', ' if where else ''}{where}."
    return Finding("canary", canary.place, None, float(there), 1.0, passed=there, sentence=sentence)


def _total(connection: Connection, release_id: int, territory: int | None, canary: Canary) -> Finding:
    values = {"release_id": release_id, "territory_id": territory, "profession": canary.profession}
    count: int = connection.execute(load("app.indicators", "judgement_total"), values).scalar_one()
    too_many = canary.maximum is not None and count > canary.maximum
    bound = canary.maximum if too_many else canary.minimum
    profession = PROFESSION[str(canary.profession)]
    return Finding(
        "canary",
        canary.place,
        None,
        count,
        bound,
        passed=not too_many and count >= canary.minimum,
        sentence=f"Repère : {profession.label} en {':'.join(canary.territory or ())}, "
        f"{french_count(count)}, attendu{'e' * profession.feminine}s {_expected(canary)} ({canary.place}).",
    )


def _expected(canary: Canary) -> str:
    if canary.maximum is None:
        return f"au moins {french_count(canary.minimum)}"
    if not canary.minimum:
        return f"au plus {french_count(canary.maximum)}"
    return f"entre {french_count(canary.minimum)} et {french_count(canary.maximum)}"

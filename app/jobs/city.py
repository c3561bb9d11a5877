"""A city in one command: its place resolved, its settings written, its files fetched and published."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine, select

from app.db.tables import source_file
from app.errors import ParameterError, SetupError
from app.jobs.fetch import Fetched, deliveries, fetch, fetch_all, megabytes
from app.jobs.intake import ORDER, take
from app.jobs.place import (
    Commune,
    Place,
    members_of_epci,
    parsed,
    ranked_departements,
    reaches_the_edge,
    read_communes,
    refuse_unknown,
    touching,
)
from app.jobs.releases import Published, publish_newest
from app.settings import DEFAULT_SECRET, Settings
from app.sources.download import announced_size
from app.sources.web import Patience, mirrored, open_client
from geodata.manifest import Manifest, manifest

type Say = Callable[[str], None]
type Confirm = Callable[[str], bool]


def found_city(
    engine: Engine,
    settings: Settings,
    within: list[str],
    *,
    say: Say,
    confirm: Confirm,
    written: Path,
    sources: Manifest | None = None,
    patience: Patience | None = None,
) -> Published | None:
    """Set a city up and return what became of its release; None when the person says no.

    ``written`` is the settings file to complete. Run again, it goes on where it stopped. Raises
    ParameterError for a place that does not exist, SetupError when the store holds another one, SourceError
    when a file cannot be had.
    """
    listed = sources or manifest()
    place = resolve(settings, within, say, sources=listed, patience=patience)
    _refuse_other_place(engine, settings, place)
    values = _values(engine, settings, place)
    fresh = values.get("hash_key")
    chosen = settings.model_copy(update=values | ({"hash_key": SecretStr(fresh)} if fresh else {}))
    total = _show_plan(chosen, place, listed, say)
    if not confirm(f"Télécharger environ {megabytes(total)} et écrire {written} ?"):
        return None
    write_settings(written, values)
    say(f"Réglages écrits dans {written}.")
    for name in ORDER:
        take(engine, chosen, name, say, sources=listed, patience=patience)
    return publish_newest(engine, chosen)


def resolve(
    settings: Settings,
    within: list[str],
    say: Say,
    *,
    sources: Manifest | None = None,
    patience: Patience | None = None,
) -> Place:
    """Return the place that « --within » names, with its départements and its neighbours beyond them."""
    listed = sources or manifest()
    asked = parsed(within)
    communes: dict[str, None] = {}
    for level, code in asked:
        members = [code] if level == "commune" else _members(settings, code, listed, patience)
        communes.update(dict.fromkeys(members))
    departements = ranked_departements(communes)
    unknown = [code for code in departements if code not in listed.extracts]
    if unknown:
        raise ParameterError("within", f"Le département {unknown[0]} n'est pas connu.")
    place = Place(tuple(f"{level}:{code}" for level, code in asked), tuple(communes), departements)
    known = _communes(settings, departements, listed, say, patience)
    refuse_unknown(place, known)
    if not reaches_the_edge(place, known):
        return place
    around = sorted(
        {code for one in departements for code in listed.adjacent.get(one, [])} - set(departements)
    )
    beyond = _communes(settings, tuple(around), listed, say, patience)
    return replace(place, border=touching(place, beyond, known))


def _members(settings: Settings, code: str, listed: Manifest, patience: Patience | None) -> list[str]:
    [delivery] = listed.deliveries("epci", [code], settings.source_addresses)
    with open_client(settings) as client:
        return members_of_epci(fetch(settings, delivery, client, patience=patience).path)


def _communes(
    settings: Settings, departements: tuple[str, ...], listed: Manifest, say: Say, patience: Patience | None
) -> dict[str, Commune]:
    if not departements:
        return {}
    there = settings.model_copy(update={"departements": ",".join(departements), "border_communes": None})
    fetched: list[Fetched] = fetch_all(
        there, deliveries(there, ["communes"], sources=listed), say, patience=patience
    )
    return read_communes(one.path for one in fetched)


def _refuse_other_place(engine: Engine, settings: Settings, place: Place) -> None:
    """Raise when the store holds files of another place: two places would be counted as one."""
    before = set(settings.departement_codes())
    with engine.connect() as connection:
        loaded = connection.execute(select(source_file.c.file_name).limit(1)).scalar_one_or_none()
    if loaded is not None and before.isdisjoint(place.departements):
        raise SetupError(
            f"La base contient déjà un autre territoire (par exemple {loaded}). Rien n'a été fait.",
            hint="Videz-la d'abord : « observatoire db reset --yes » ; les fichiers sources sont gardés.",
        )


def _values(engine: Engine, settings: Settings, place: Place) -> dict[str, str | None]:
    """Return the settings of the place by field; a key of its own if it has none and nobody is stored yet."""
    values: dict[str, str | None] = {
        "within": place.opening,
        "departements": ",".join(place.departements),
        "border_communes": ",".join(place.border) or None,
    }
    with engine.connect() as connection:
        people = connection.execute(
            select(source_file.c.id).where(source_file.c.register == "annuaire").limit(1)
        ).scalar_one_or_none()
    if people is None and settings.hash_key.get_secret_value() == DEFAULT_SECRET:
        values["hash_key"] = secrets.token_hex(32)
    return values


def _show_plan(settings: Settings, place: Place, listed: Manifest, say: Say) -> int:
    """Tell what will be fetched and how large it is; return the total of the known sizes in bytes."""
    many = len(place.communes)
    say(f"Territoire : {', '.join(place.within)} ; {many} commune{'s' if many > 1 else ''}.")
    say(f"Départements : {', '.join(place.departements)}.")
    beyond = ", ".join(place.border) or "aucune"
    say(f"Communes voisines hors de ces départements : {beyond}.")
    total = 0
    with open_client(settings) as client:
        for delivery in deliveries(settings, list(ORDER), sources=listed):
            address = mirrored(delivery.address, settings.sources_url)
            size = None if settings.offline else announced_size(client, address)
            total += size or 0
            shown = "taille non annoncée" if size is None else megabytes(size)
            say(f"  {delivery.key:<24} {shown:>20}  {delivery.address.split('?')[0]}")
    return total


def write_settings(path: Path, values: dict[str, str | None]) -> None:
    """Set some settings in a .env file, whole or not at all; every other line stays as it is.

    Raises SetupError when the file cannot be written.
    """
    names = {f"OBSERVATOIRE_{name.upper()}": value for name, value in values.items()}
    try:
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in before if line.split("=", 1)[0].strip() not in names]
        added = [f"{name}={value}" for name, value in names.items() if value is not None]
        partial = path.with_name(f"{path.name}.partial")
        partial.touch(mode=0o600)
        partial.write_text("\n".join([*kept, *added, ""]), encoding="utf-8")
        if path.exists():
            partial.chmod(path.stat().st_mode & 0o777)
        partial.replace(path)
    except OSError as error:
        raise SetupError(
            f"Les réglages n'ont pas pu être écrits dans {path} ({error.strerror}). Rien n'a été fait.",
            hint="Lancez la commande dans un dossier où ce compte peut écrire.",
        ) from error

"""``/historique``: what changed between two releases, on a map, written by the server without a script."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.responses import Response

from app.api.cache import REVALIDATE, address, etag, is_current, not_modified
from app.api.deps import engine_of
from app.api.kept import Answer, KeptAnswers
from app.api.lookup import professions
from app.api.snapshot import snapshot
from app.errors import ObservatoireError
from app.indicators.changes import COUNTS
from app.indicators.wording import LEVEL_NAMES, french_date, french_integer
from app.web.history.choice import Choice, read_choice, versions
from app.web.history.counts import Changed, Changes, read_changes
from app.web.history.map import draw_changes, shades, signed
from app.web.portrait.block import Cell, Table, count_cell, text_cell
from app.web.refused import refused
from app.web.templating import templates

HEAD = ("Ouverts", "Fermés", "Déplacés sur place", "Venus d'ailleurs", "Partis ailleurs", "Modifiés", "Solde")
NOTE = (
    "Un exercice est une personne, une profession et un lieu, ou un établissement. Déplacé : la même "
    "personne, dans la même profession, en un autre lieu. Modifié : au même lieu, un mode, un savoir-faire "
    "ou un secteur changé. Solde : ouverts et venus, moins fermés et partis."
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/historique")
def history_page(request: Request) -> Response:
    """Return what changed between the two releases that are asked, or the last two."""
    kept: KeptAnswers = request.app.state.kept
    try:
        with snapshot(engine_of(request)) as (connection, release):
            # Releases come and go without another being published.
            known = versions(connection)
            validator = etag(release, address(request), *(str(one.id) for one in known))
            if is_current(request, validator):
                raise not_modified(validator, REVALIDATE)
            found = kept.find((release, validator))
            if found is None:
                choice = read_choice(connection, release, known, request.query_params)
                shown = {"versions": known, "release": release, "request": request, "day": french_date}
                shown |= _shown(connection, choice) if choice else {"choice": None}
                found = _written(shown, validator)
                kept.keep((release, validator), found)
    except ObservatoireError as error:
        return refused(request, error)
    return Response(found.body, media_type=found.media_type, headers=found.headers)


def _written(shown: dict[str, object], validator: str) -> Answer:
    """Return the page, to be kept as long as its release is published."""
    body = templates.get_template("historique.html").render(shown).encode()
    headers = {"ETag": validator, "Cache-Control": REVALIDATE, "Content-Language": "fr"}
    return Answer(body, "text/html; charset=utf-8", headers)


def _shown(connection: Connection, choice: Choice) -> dict[str, object]:
    changes = read_changes(connection, choice.comparison, choice.level)
    every = professions(connection)
    who = next((one.label for one in every if one.slug == choice.profession), "Toutes les professions")
    title = f"{who} : exercices en plus ou en moins, {LEVEL_NAMES[choice.level].by}"
    told = f"{title}. {_sentence(changes)}"
    return {
        "choice": choice,
        "professions": [one for one in every if one.members is None],
        "level_names": LEVEL_NAMES,
        "title": title,
        "sentences": _sentences(changes, choice),
        "map": draw_changes(connection, choice.level, changes.territories, told),
        "shades": shades(changes.territories),
        "tables": _tables(changes, choice),
    }


def _sentence(changes: Changes) -> str:
    total = changes.total
    if not changes.professions:
        return "Rien n'a changé."
    said = [
        _counted(total.opened, "exercice ouvert", "exercices ouverts"),
        _counted(total.closed, "fermé", "fermés"),
        _counted(total.moved + total.moved_in + total.moved_out, "déplacé", "déplacés"),
        _counted(total.changed, "modifié", "modifiés"),
    ]
    return f"{', '.join(said)}."


def _counted(count: int, one: str, several: str) -> str:
    if count == 0:
        return f"aucun {one}"
    return f"{french_integer(count)} {one if count == 1 else several}"


def _sentences(changes: Changes, choice: Choice) -> list[str]:
    said = _sentence(changes)
    sentences = [said[0].upper() + said[1:]]
    if changes.unlocated:
        plural = "s" if changes.unlocated > 1 else ""
        sentences.append(
            f"{changes.unlocated} changement{plural} en un lieu connu au mieux par sa commune : "
            "hors du compte des quartiers."
        )
    return sentences


def _tables(changes: Changes, choice: Choice) -> list[Table]:
    name = LEVEL_NAMES[choice.level]
    where = f"{name.label_plural} où quelque chose a changé"
    return [
        Table(where, (name.label, *HEAD), _rows(changes.territories), NOTE),
        Table("Professions", ("Profession", *HEAD), _rows(changes.professions), ""),
    ]


def _rows(changed: Sequence[Changed]) -> list[tuple[str, list[Cell]]]:
    return [
        (
            one.name,
            [
                *(count_cell(getattr(one, count)) for count in COUNTS),
                text_cell(signed(one.balance), strong=True),
            ],
        )
        for one in changed
    ]

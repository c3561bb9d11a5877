"""What each role may ask: one table, an address a line; without a line, it is for administrators alone.

Its French form is docs/acces.md: ``python -m app.security.roles > docs/acces.md``.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """Who asks: each role sees what those before it see."""

    PUBLIC = 0
    AGENT = 1
    ADMIN = 2

    @property
    def label(self) -> str:
        """Return its name in settings, answers and the guide."""
        return self.name.lower()


ROLE_WORDS = {Role.PUBLIC: "public", Role.AGENT: "agent", Role.ADMIN: "administrateur"}


@dataclass(frozen=True, slots=True)
class Line:
    """One address: who may ask it, what one demand counts for, and what else is to be said."""

    method: str
    path: str
    cost: float = 1.0
    role: Role = Role.PUBLIC
    note: str = ""


FREE, CHEAP, DEAR, DEAREST = 0.0, 0.2, 10.0, 30.0
NAMES = "noms des personnes et des lieux ; lecture inscrite au journal"

TABLE = (
    # Watched by machines, or so light that counting them would cost more than they do.
    Line("GET", "/healthz", FREE),
    Line("GET", "/readyz", FREE),
    Line("GET", "/metrics", FREE),
    Line("GET", "/static", FREE),
    Line("GET", "/api/v1/openapi.json", CHEAP),
    Line("GET", "/docs/style.css", CHEAP),
    Line("GET", "/docs"),
    Line("GET", "/docs/ask/{identity}"),
    # Pages.
    Line("GET", "/"),
    Line("GET", "/methode"),
    Line("GET", "/qualite"),
    Line("GET", "/mentions"),
    Line("GET", "/accessibilite"),
    Line("GET", "/territoires/{level}/{code}"),
    Line("GET", "/historique"),
    Line("GET", "/integrer"),
    Line("GET", "/connexion"),
    Line("GET", "/connexion/depart", 5.0),
    Line("GET", "/connexion/retour", 5.0),
    Line("GET", "/deconnexion"),
    Line("POST", "/deconnexion"),
    # A map asks dozens of tiles at once, and they are kept a year.
    Line("GET", "/tiles/{release}/{layer}/{z}/{x}/{y}.mvt", CHEAP),
    # Map programs: a layer is read in pages.
    Line("GET", "/ogc"),
    Line("GET", "/ogc/{path:path}"),
    # The API.
    Line("GET", "/api/v1/sources"),
    Line("GET", "/api/v1/catalogue"),
    Line("GET", "/api/v1/layers"),
    Line("GET", "/api/v1/layers/{layer}/tiles.json"),
    Line("GET", "/api/v1/layers/{layer}/style.json"),
    Line("GET", "/api/v1/layers/{layer}/style.qml"),
    Line("GET", "/api/v1/jobs"),
    Line("GET", "/api/v1/quality"),
    Line("GET", "/api/v1/releases"),
    Line("GET", "/api/v1/releases/{id}"),
    Line("GET", "/api/v1/releases/{a}/diff/{b}", 5.0),
    Line("GET", "/api/v1/professions"),
    Line("GET", "/api/v1/indicators"),
    Line("GET", "/api/v1/levels"),
    Line("GET", "/api/v1/territories"),
    Line("GET", "/api/v1/territories/{level}/{code}"),
    Line("POST", "/api/v1/territories/perimetre", DEAR),
    Line("GET", "/api/v1/addresses"),
    Line("GET", "/api/v1/practices"),
    Line("GET", "/api/v1/practices/people", 5.0, Role.AGENT, NAMES),
    Line("GET", "/api/v1/densities"),
    Line("GET", "/api/v1/qpv-gaps"),
    Line("GET", "/api/v1/inequalities"),
    Line("GET", "/api/v1/needs"),
    Line("GET", "/api/v1/trends"),
    Line("GET", "/api/v1/projections"),
    Line("GET", "/api/v1/nearest", 2.0),
    Line("GET", "/api/v1/access-times", 2.0),
    Line("GET", "/api/v1/coverage", 5.0),
    Line("POST", "/api/v1/coverage", DEAREST),
    Line("GET", "/api/v1/isochrones", 5.0),
    Line("POST", "/api/v1/isochrones", DEAREST),
    Line("GET", "/api/v1/accessibility", 5.0),
    Line("GET", "/atlas/{level}/{code}.pdf", DEAREST),
    Line("POST", "/api/v1/pictures/carte.{form}", DEAREST),
    # Who asks, and what was asked.
    Line("GET", "/api/v1/me", CHEAP),
    Line("GET", "/api/v1/audit", role=Role.ADMIN),
)
_LINES = {(line.method, line.path): line for line in TABLE}
UNKNOWN = Line("", "", role=Role.ADMIN)


def line_of(method: str, path: str) -> Line:
    """Return the line of a route; one that nobody wrote is closed to all but administrators."""
    return _LINES.get((method, path), UNKNOWN)


def guide_lines() -> Iterator[str]:
    """Return the lines of docs/acces.md."""
    yield from (
        "# Qui voit quoi",
        "",
        "Écrit par `python -m app.security.roles > docs/acces.md`. Chaque rôle voit ce que voient les",
        "précédents ; une adresse absente de la table n'est ouverte qu'à l'administrateur. Le coût est ce",
        "qu'une demande compte dans la limite par minute (guide, « Limites »).",
        "",
        "| méthode | adresse | public | agent | administrateur | coût |",
        "|---|---|---|---|---|---|",
    )
    for line in TABLE:
        seen = [_seen(line, role) for role in Role]
        cost = f"{line.cost:g}".replace(".", ",")
        yield f"| {line.method} | `{line.path}` | {' | '.join(seen)} | {cost} |"


def _seen(line: Line, role: Role) -> str:
    if role < line.role:
        return "non"
    return f"oui ; {line.note}" if line.note else "oui"


if __name__ == "__main__":
    sys.stdout.write("\n".join(guide_lines()) + "\n")

"""Pages of a list (RFC 8288): a cursor that holds within one release, and the address of the next page."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from app.api.parameters import PagedQuery, ReleaseQuery
from app.api.snapshot import Release
from app.errors import ParameterError

CURSOR = re.compile(r"(\d{1,10})-(\d{1,10})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """Which items are wanted: from a rank on, so many at most; ``done`` when they were cut where read."""

    start: int = 0
    limit: int | None = None
    done: bool = False


def page_of(query: ReleaseQuery, release: Release) -> Page:
    """Return the page that a request asks for. Raises ParameterError for a cursor that leads nowhere."""
    if not isinstance(query, PagedQuery):
        return Page(done=True)
    return Page(_start(query.cursor, release), query.limit, query.cuts_itself)


def _start(cursor: str | None, release: Release) -> int:
    if cursor is None:
        return 0
    found = CURSOR.fullmatch(cursor)
    if found is None:
        raise ParameterError(
            "cursor",
            "Ce curseur n'est pas de l'observatoire.",
            hint="Suivez l'adresse de l'en-tête Link, rel=next.",
        )
    if int(found[1]) != release.id:
        raise ParameterError(
            "cursor",
            f"Cette page est celle de la version {found[1]} ; la version publiée est la {release.id}.",
            hint="Reprenez la liste à sa première page, sans « cursor » : deux versions ne se mêlent pas.",
        )
    return int(found[2])


def link(url: str, release: Release, following: int | None) -> dict[str, str]:
    """Return the header that leads to the next page, and none after the last one."""
    if following is None:
        return {}
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
    query = urlencode([*kept, ("cursor", f"{release.id}-{following}")])
    return {"Link": f'<{parts.path}?{query}>; rel="next"'}

"""Which form is answered: what « format » names, else the best that Accept takes (RFC 9110 12.5.1)."""

from collections.abc import Iterator

from app.api.formats.known import FORMATS
from app.errors import NotAcceptableError

EVERYTHING = "*/*"


def accepted_form(accept: str, asked: str | None, offered: tuple[str, ...]) -> str:
    """Return the form to answer in; json for a client that takes anything.

    Raises NotAcceptableError, with what is offered, when Accept takes none of it.

    >>> accepted_form("text/csv;q=0.5, application/geo+json", None, ("json", "geojson", "csv"))
    'geojson'
    >>> accepted_form("text/html, */*;q=0.1", None, ("json", "csv"))
    'json'
    >>> accepted_form("application/json;q=0, */*", None, ("json", "csv"))
    'csv'
    """
    if asked is not None:
        return asked
    ranges = sorted(_ranges(accept or EVERYTHING), key=lambda one: -one[1])
    refused = {wanted for wanted, quality in ranges if quality == 0}
    for wanted, quality in ranges:
        if quality > 0:
            for form in offered:
                media_type = FORMATS[form].bare_type
                if media_type not in refused and _matches(wanted, media_type):
                    return form
    types = ", ".join(f"{FORMATS[form].bare_type} (format={form})" for form in offered)
    raise NotAcceptableError(
        "Accept",
        f"L'en-tête Accept « {accept[:200]} » ne prend aucune forme offerte ici.",
        hint=f"Formes : {types}.",
    )


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        yield media_range, _quality(parameters)


def _quality(parameters: list[str]) -> float:
    """Return the weight that parameters give, 1 where none is given, 0 where it is no number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _matches(wanted: str, media_type: str) -> bool:
    if wanted in {EVERYTHING, media_type}:
        return True
    kind, _, rest = wanted.partition("/")
    return rest == "*" and media_type.startswith(f"{kind}/")

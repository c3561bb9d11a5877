"""What a written address becomes: the row of a site."""

from app.supply.address import NormalAddress, WrittenAddress, normalise

NOWHERE = "sans adresse"
NOWHERE_ABROAD = f"{NOWHERE}, étranger"
NEW_SITE = (
    *("key", "finess", "siret", "name", "number", "repetition", "street", "street_key", "street_core"),
    *("postcode", "town", "town_key", "cedex", "commune_code", "abroad"),
)


def site_row(
    written: WrittenAddress, *, finess: str | None, siret: str | None, name: str | None = None
) -> tuple[str | None, ...]:
    """Return the row of a site in the columns ``NEW_SITE``: known by FINESS number, else by its address."""
    normal = normalise(written)
    key = f"F|{finess}" if finess else normal.key or (f"S|{siret}" if siret else _nowhere(normal))
    return (
        *(key, finess, siret, name),
        *(str(normal.number) if normal.number else None, normal.repetition or None, normal.street),
        *(normal.street_key, normal.street_core, normal.postcode, normal.town, normal.town_key),
        *(normal.cedex, normal.commune_code, "t" if normal.abroad else "f"),
    )


def _nowhere(normal: NormalAddress) -> str:
    return NOWHERE_ABROAD if normal.abroad else NOWHERE

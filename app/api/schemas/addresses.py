"""Addresses."""

from pydantic import Field

from app.api.schemas.common import Listing, Shape
from app.maps.addresses import Precision


class AddressItem(Shape):
    """Une adresse, et le point où elle se trouve."""

    label: str = Field(
        description="Numéro et rue, tels que la base les garde.", examples=["12 Rue Victor Hugo"]
    )
    commune: str
    commune_code: str = Field(description="Code INSEE de la commune.")
    lon: float
    lat: float
    precision: Precision = Field(
        description="housenumber : le numéro demandé ; street : un point de la rue, faute de ce numéro."
    )


class AddressList(Listing):
    """Les adresses que le texte peut désigner, les rues qu'il commence d'abord."""

    q: str
    limit: int
    items: list[AddressItem]

"""Where each site of a release is, and how well that is known.

The chain, from the surest: coordinates of FINESS by number, by SIRET; the BAN inside the commune, street as
written, without its type, resembling; what the online geocoder answered; the commune.
"""

from datetime import date

from sqlalchemy import Connection

from app.db.sql import forget_temporary, run
from app.supply.fuzzy import RULES
from app.supply.geoplateforme import Geocoder
from app.supply.online import ask
from app.supply.resemblance import compare_streets

TEMPORARY = ("wanted", "aim", "matched", "placed")
# A street that is not written exactly so stands without the house number only if it has one this near, and
# resembles this much.
SURE = 0.88
NUMBERS_OFF = 10


def place(
    connection: Connection,
    release_id: int,
    vintage: date,
    finess_vintage: date,
    geocoder: Geocoder | None = None,
) -> None:
    """Fill ``supply.placement`` of a release; its territories are chosen before, in the same transaction.

    Without ``geocoder`` nobody is asked; answers of earlier times still count.
    """
    forget_temporary(connection, *TEMPORARY)
    values = {
        "release_id": release_id,
        "vintage": vintage,
        "finess_vintage": finess_vintage,
        "rules": RULES,
        "sure": SURE,
        "numbers_off": NUMBERS_OFF,
    }
    run(connection, "app.supply", ("wanted_sites", "wanted_analyze", "aim_table"), values)
    run(connection, "app.supply", ("exact_sites", "untyped_sites"), values)
    compare_streets(connection, release_id)
    run(connection, "app.supply", ("resembling_sites", "aim_analyze", "matched_sites"), values)
    if geocoder is not None:
        ask(connection, geocoder)
    run(connection, "app.supply", ("geocoded_sites", "placed_sites", "placed_index"), values)
    run(connection, "app.supply", ("placement_insert",), values)

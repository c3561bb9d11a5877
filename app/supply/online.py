"""Addresses that the BAN at hand does not place, asked once to an online geocoder where a city wants it."""

from sqlalchemy import Connection

from app.db.sql import load
from app.errors import SourceError
from app.log import get_logger
from app.supply.geoplateforme import Answer, Geocoder, Question

logger = get_logger(__name__)


def ask(connection: Connection, geocoder: Geocoder) -> int:
    """Fill ``supply.geocoded`` with the answers to what was never asked, and return how many came.

    The temporary tables of a placement (``wanted``, ``matched``) are there already. A service that stays
    silent costs nothing but these addresses: they stay at their commune and are asked again next time.
    """
    rows = connection.execute(load("app.supply", "unplaced_addresses")).mappings()
    questions = [Question(**row) for row in rows]
    if not questions:
        return 0
    answered = 0
    try:
        for answers in geocoder.locate(questions):
            connection.execute(load("app.supply", "geocoded_insert"), [_row(answer) for answer in answers])
            answered += len(answers)
    except SourceError as error:
        logger.warning("geocoder_silent", asked=len(questions), answered=answered, message=error.message())
    return answered


def _row(answer: Answer) -> dict[str, object]:
    return {
        "key": answer.key,
        "longitude": answer.longitude,
        "latitude": answer.latitude,
        "location_class": answer.location_class,
        "score": answer.score,
        "commune_code": answer.commune_code,
    }

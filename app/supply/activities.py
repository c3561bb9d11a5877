"""Care activities that establishments are authorised to, brought by a file that stands for one day."""

from sqlalchemy import Connection

from app.db.sql import load
from app.errors import CheckError, Place
from geodata.activities import activities


def load_activities(connection: Connection, source_file_id: int) -> None:
    """Store what is counted of ``staging.activites``.

    Raises CheckError for a file that tells nothing that is counted: it would say that there is none anywhere.
    """
    counted = activities()
    stored = connection.execute(
        load("app.supply", "authorised_insert"),
        {
            "source_file_id": source_file_id,
            "activities": [one.code for one in counted],
            "forms": [one.form for one in counted],
            "kinds": [one.kind for one in counted],
        },
    )
    if not stored.rowcount:
        wanted = ", ".join(f"{one.code} {one.form}".strip() + f" ({one.label})" for one in counted)
        raise CheckError(
            "Aucune ligne ne dit une activité de soins qui soit comptée. Rien n'a été modifié.",
            place=Place(step="contrôle des activités"),
            hint=f"Activités et modalités comptées : {wanted}.",
        )

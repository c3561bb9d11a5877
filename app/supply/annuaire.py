"""One vintage of the annuaire merged into the history of practices."""

from datetime import date

from sqlalchemy import Connection

from app.db.sql import load, run
from app.db.tables import practice, written_address
from app.supply.annuaire_changes import Changes
from app.supply.bulk import filling

SITES = ("annuaire_new_sites", "new_site_insert", "written_address_insert", "annuaire_sites_done")
# Between a vintage's date and the next one's, the history becomes what the vintage holds.
HISTORY = (
    *("annuaire_ending", "annuaire_close", "annuaire_resume", "annuaire_unopen"),
    *("annuaire_touching", "annuaire_absorb", "annuaire_extend", "annuaire_open"),
)
NAMES = ("annuaire_forget", "annuaire_practice_names", "annuaire_site_names")


def merge(
    connection: Connection,
    vintage: date,
    *,
    following: date | None = None,
    changes: Changes | None = None,
) -> None:
    """Merge the staged annuaire: practices hold from its date until ``following``, the next vintage loaded.

    Whatever the order of loading, the history is the same. A vintage that was loaded before is replaced.
    Names are those of the newest vintage: an older one brings none. ``changes`` are those that were staged,
    None when the whole file was.
    """
    newest = following is None
    practitioners = [] if changes is None else changes.practitioners.tolist()
    values = {
        "vintage": vintage,
        "following": following,
        "whole": changes is None,
        "practitioners": practitioners,
    }
    connection.execute(load("app.supply", "annuaire_memory"))
    with filling(connection, written_address), filling(connection, practice):
        run(connection, "app.supply", SITES)
        people = "annuaire_practitioners" if newest else "annuaire_past_practitioners"
        run(connection, "app.supply", (people, "annuaire_touched", "annuaire_incoming", *HISTORY), values)
        if newest:
            run(connection, "app.supply", NAMES, values)

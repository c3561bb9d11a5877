"""One vintage of the annuaire merged into the history of practices."""

from contextlib import nullcontext
from datetime import date

from sqlalchemy import Connection

from app.db.sql import run
from app.db.tables import practice, site, written_address
from app.supply.annuaire_changes import Changes, remembering
from app.supply.bulk import filling

SITES = (
    *("annuaire_new_sites", "annuaire_new_names"),
    *("new_site_complete", "new_site_insert", "written_address_insert"),
)
PEOPLE = (
    "annuaire_told",
    "annuaire_plan_people",
    "annuaire_known",
    "annuaire_named",
    "annuaire_practitioners",
)
PAST_PEOPLE = ("annuaire_told", "annuaire_plan_people", "annuaire_known", "annuaire_past_practitioners")
PRACTISED = (
    *("annuaire_practised", "annuaire_ways", "annuaire_several", "annuaire_folded"),
    *("annuaire_way_exercises", "annuaire_way_numbers", "annuaire_plan_ways"),
    *("annuaire_exercises", "annuaire_incoming"),
)
FIRST = (*PRACTISED, "annuaire_begin")
INCOMING = (*PRACTISED, "annuaire_standing", "annuaire_plan")
# Between a vintage's date and the next one's, the history becomes what the vintage holds.
HISTORY = (
    *("annuaire_ending", "annuaire_close", "annuaire_resume", "annuaire_unopen"),
    *("annuaire_touching", "annuaire_absorb", "annuaire_extend", "annuaire_opening", "annuaire_open"),
)
NAMES = ("annuaire_forget", "annuaire_renamed", "annuaire_practice_names", "annuaire_site_names")


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
    may_change = [] if changes is None else changes.practitioners.tolist()
    values = {
        "vintage": vintage,
        "following": following,
        "newest": newest,
        "whole": changes is None,
        # Written here, once: the driver would write tens of thousands of numbers for each statement.
        "practitioners": "{" + ",".join(map(str, may_change)) + "}",
    }
    run(connection, "app.supply", ("annuaire_memory",))
    with filling(connection, site), filling(connection, written_address):
        run(connection, "app.supply", SITES, values)
    run(connection, "app.supply", PEOPLE if newest else PAST_PEOPLE, values)
    remembered = remembering(connection, changes) if newest else nullcontext()
    with remembered, filling(connection, practice) as empty:
        if empty:
            run(connection, "app.supply", FIRST, values)
            return
        run(connection, "app.supply", (*INCOMING, *HISTORY), values)
        if newest:
            run(connection, "app.supply", NAMES, values)

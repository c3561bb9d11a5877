"""Coverage of one profession over all IRIS and QPV, once times exist, against 100 ms (issue 4).

``python -m tests.bench.coverage`` asks the published release of the settings, whose times must be computed
(``observatoire graph times``); nothing is written.
"""

import sys

from sqlalchemy import Connection

from app.api.asked_access import CoverageQuery
from app.api.coverage import coverage_body
from app.api.served import PeopleShelf
from app.api.snapshot import Release, snapshot
from app.db.engines import read_engine
from app.indicators.wording import Level
from app.settings import Settings
from app.travel.modes import Mode
from tests.bench.measures import median_seconds

BOUND_MS = 100
LEVELS: tuple[Level, ...] = ("iris", "qpv")
ASKED: tuple[tuple[Mode, int], ...] = (("walk", 15), ("bike", 20), ("car", 20))


def lines(connection: Connection, release: Release, profession: str) -> list[str]:
    """Return one line a mode: milliseconds for both levels, where people live being read already."""
    shelf = PeopleShelf()
    found = []
    for mode, minutes in ASKED:
        queries = [
            CoverageQuery(profession=profession, mode=mode, minutes=minutes, level=level) for level in LEVELS
        ]

        def ours(queries: list[CoverageQuery] = queries) -> None:
            for query in queries:
                coverage_body(connection, release, query, "json", shelf)

        spent = 1_000 * median_seconds(ours)
        verdict = "tenu" if spent <= BOUND_MS else "dépassé"
        found.append(
            f"couverture {mode} {minutes} min, IRIS et QPV : {spent:.0f} ms (≤ {BOUND_MS} : {verdict})"
        )
    return found


def main() -> None:
    """Print the table for the published release."""
    profession = sys.argv[1] if len(sys.argv) > 1 else "medecin_generaliste"
    with snapshot(read_engine(Settings())) as (connection, release):
        sys.stdout.write("\n".join(lines(connection, release, profession)) + "\n")


if __name__ == "__main__":
    main()

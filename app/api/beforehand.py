"""What answers on journeys need, read as soon as a release is published rather than by the first who asks."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError

from app.api.belief import Belief, Published
from app.api.served import PeopleShelf
from app.api.snapshot import Release
from app.api.whole_times import read_whole
from app.db.sql import load
from app.errors import ObservatoireError
from app.indicators.wording import LEVELS
from app.log import get_logger
from app.travel.modes import MODES
from app.travel.routing import look

EVERY_S = 1.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Beforehand:
    """A thread that looks every second at what is published, says so, and fills a shelf when it is new.

    ``engine`` is its own: readers never wait for a connection that it holds. A base that is away is looked
    for again the next time; what could not be read is read by the first who asks, as without this.
    """

    engine: Engine
    people: PeopleShelf
    folder: Path
    belief: Belief = field(default_factory=Belief)
    _stopped: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def __enter__(self) -> None:
        """Begin to look."""
        thread = Thread(target=self._run, name="beforehand", daemon=True)
        self._threads.append(thread)
        thread.start()

    def __exit__(self, *_error: object) -> None:
        """Stop looking; what is being read is given up."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        self.engine.dispose()

    def _run(self) -> None:
        seen: tuple[object, ...] = ()
        while not self._stopped.is_set():
            try:
                seen = self.look(seen)
            except DBAPIError as error:
                log.info("nothing_read_beforehand", reason=type(error).__name__)
            self._stopped.wait(EVERY_S)

    def look(self, seen: tuple[object, ...] = ()) -> tuple[object, ...]:
        """Read what is published unless it is what was seen; return what is."""
        with self.engine.connect() as connection:
            asked_at = time.monotonic()
            self.belief.hold(_published(connection), asked_at)
            rows = connection.execute(load("app.travel", "release_journeys")).all()
            now = tuple(tuple(row) for row in rows)
            if rows and now != seen:
                self._read(connection, rows)
        return now

    def _read(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        release = Release(rows[0].release_id, rows[0].vintage, rows[0].fingerprint)
        try:
            cells = self.people.cells(connection, release)
            for level in LEVELS:
                self.people.split(connection, release, level)
            for row in rows:
                if row.mode is None or self._stopped.is_set():
                    continue
                whole = read_whole(
                    connection,
                    release.id,
                    row.mode,
                    cells,
                    folder=self.folder,
                    wanted=lambda: not self._stopped.is_set(),
                )
                if whole is not None:
                    self.people.hold(release, row.graph, row.mode, whole)
        except (ObservatoireError, OSError) as error:
            log.info("not_all_read_beforehand", reason=str(error))


def _published(connection: Connection) -> Published | None:
    """Return what the base says of what is published."""
    rows = look(connection, MODES)
    if not rows:
        return None
    release = Release(rows[0].release_id, rows[0].vintage, rows[0].release_fingerprint)
    return Published(release, {row.mode: row.fingerprint for row in rows})

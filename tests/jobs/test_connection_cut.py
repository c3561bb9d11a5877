"""The network between a load and its database is cut: nothing changes, and it is said."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from small_registers import GP, activity, annuaire, at, communes
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from store import Store, published_views, stored_rows

from app.db.server import PORT
from app.errors import StoreError
from app.jobs.ledger import INTERRUPTED

DAY, NEXT = date(2025, 1, 1), date(2025, 7, 1)
LINES = [activity(f"8{rank:011d}", GP, at(str(rank + 1), "DU MOLE"), commune="00101") for rank in range(30)]
MANY = [
    activity(f"8{rank:011d}", GP, at(str(rank % 90), "DU MOLE"), company="X" * 300) for rank in range(8_000)
]


@dataclass
class Cable:
    """A socket in front of the database's: it carries so many bytes towards it, then is cut."""

    folder: Path
    behind: Path
    bytes_left: int
    mended: bool
    pairs: list[socket.socket] = field(default_factory=list)

    def carry(self, front: socket.socket) -> None:
        """Join each client to the database until the cable is cut; then nobody, unless it is mended."""
        while True:
            try:
                client, _ = front.accept()
            except OSError:
                return
            if self.bytes_left <= 0 and not self.mended:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.behind))
            self.pairs += [client, server]
            for one, other, counted in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.pump, args=(one, other, counted), daemon=True).start()

    def pump(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while piece := one.recv(65536):
                if counted and self.bytes_left > 0:
                    self.bytes_left -= len(piece)
                    if self.bytes_left <= 0:
                        self.cut()
                        return
                other.sendall(piece)

    def cut(self) -> None:
        """End every connection at once."""
        for end in self.pairs:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.pairs.clear()


@contextmanager
def through_a_cable(store: Store, bytes_left: int, *, mended: bool) -> Iterator[Store]:
    """Give a store whose every session goes through a cable."""
    name = f".s.PGSQL.{PORT}"
    behind = Path(str(store.engine.url.query["host"])) / name
    cable = Cable(store.folder, behind, bytes_left, mended)
    front = socket.socket(socket.AF_UNIX)
    front.bind(str(store.folder / name))
    front.listen()
    thread = threading.Thread(target=cable.carry, args=(front,), daemon=True)
    thread.start()
    url = store.engine.url.update_query_dict({"host": str(store.folder)})
    try:
        yield replace(store, engine=create_engine(url, poolclass=NullPool))
    finally:
        front.shutdown(socket.SHUT_RDWR)
        front.close()
        cable.cut()
        thread.join()


@pytest.mark.parametrize("mended", [True, False])
def test_a_connection_cut_in_the_middle_of_a_load_changes_nothing(store: Store, mended: bool) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, DAY, LINES))
    store.release()
    shown, stored = published_views(store), stored_rows(store)
    path = annuaire(store.folder, NEXT, MANY)
    with (
        through_a_cable(store, 1_000_000, mended=mended) as cut,
        pytest.raises(StoreError, match="s'est arrêtée ou n'est plus joignable") as failed,
    ):
        cut.load(path)
    assert "Rien n'a été modifié" in failed.value.message()
    run = store.last_run()
    assert (run.status, run.step) == ("failed" if mended else "running", "chargement")
    assert published_views(store) == shown
    assert stored_rows(store) == stored
    assert store.load(path).status == "done"
    ended = store.rows("SELECT status, message FROM ops.job_run WHERE id = :id", id=run.id)[0]
    assert tuple(ended) == (("failed", run.message) if mended else ("interrupted", INTERRUPTED))

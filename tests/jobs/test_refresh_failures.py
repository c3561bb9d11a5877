"""What happens around a refresh: full disks, a database that goes away, another refresh at the same time."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from small_registers import GP, activity, annuaire, at, communes, finess
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from store import Outcome, Store, opened, published_views, stored_rows

from app.db import migrate
from app.db.binaries import Account
from app.db.cluster import Cluster
from app.db.server import gone, postmaster
from app.errors import CheckError, ObservatoireError, SourceError, StoreError
from app.jobs.ledger import INTERRUPTED, Ledger
from app.jobs.originals import fingerprint
from app.jobs.refresh import Loaded
from app.settings import PROJECT
from app.supply import annuaire_staging
from app.supply.annuaire_reading import Reading
from app.supply.annuaire_staging import StagedAnnuaire

DAY, NEXT = date(2025, 1, 1), date(2025, 7, 1)
LINES = [activity(f"8{rank:011d}", GP, at(str(rank + 1), "DU MOLE"), commune="00101") for rank in range(30)]
MANY = [
    activity(f"8{rank:011d}", GP, at(str(rank % 90), "DU MOLE"), company="X" * 300) for rank in range(20_000)
]
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")


def published_city(store: Store) -> Store:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, DAY, LINES))
    store.release()
    return store


@contextmanager
def nothing_changes(store: Store, *, status: str, step: str) -> Iterator[None]:
    """Check that what runs inside leaves the store, what is published and one line of ledger."""
    shown, stored = published_views(store), stored_rows(store)
    yield
    assert published_views(store) == shown
    assert stored_rows(store) == stored
    run = store.last_run()
    assert (run.status, run.step) == (status, step)
    assert "Rien n'a été modifié" in run.message


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of a few megabytes, or skip where the kernel refuses it."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@root_only
def test_a_full_disk_under_the_kept_files_is_said_and_leaves_no_half_copy(store: Store) -> None:
    published_city(store)
    with small_disk(store.folder / "small", "1m") as disk:
        small = replace(store, settings=store.settings.model_copy(update={"home": disk}))
        with (
            nothing_changes(store, status="failed", step="conservation"),
            pytest.raises(StoreError, match="n'a pas pu être conservé") as failed,
        ):
            small.load(annuaire(store.folder, NEXT, MANY))
        assert "espace libre" in failed.value.message()
        assert [path for path in disk.rglob("*") if path.is_file()] == []


def test_a_file_too_large_for_the_limits_of_the_account_leaves_no_half_copy(tmp_path: Path) -> None:
    path = annuaire(tmp_path, NEXT, MANY)
    script = (
        "import resource, sys; from pathlib import Path; from app.errors import StoreError;"
        "from app.jobs.originals import keep; from app.settings import Settings;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536));"
        "home = Path(sys.argv[2]);\n"
        "try: keep(Path(sys.argv[1]), Settings(home=home, _env_file=None), 'ab' * 32)\n"
        "except StoreError as e: print(e.message())\n"
        "print([p.name for p in home.rglob('*') if p.is_file()])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, path, tmp_path / "home"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    ).stdout
    assert "n'a pas pu être conservé" in told
    assert told.endswith("[]\n")


@contextmanager
def narrow_disk(store: Store, size: str) -> Iterator[Store]:
    """Give a store whose new tables go to a disk of a few pages, as the server's account sees it."""
    account = Account.current()
    # A tablespace is the server's, which the tests share.
    name = f"small_{uuid.uuid4().hex[:12]}"
    # Where the server's account may enter.
    with TemporaryDirectory(prefix="observatoire-small-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        with small_disk(Path(folder) / "disk", size) as disk:
            os.chown(disk, account.uid, account.gid)
            admin = create_engine(store.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
            with admin.connect() as link:
                link.execute(text(f"CREATE TABLESPACE {name} LOCATION '{disk}'"))
            options = {"options": f"-c default_tablespace={name}"}
            narrow = create_engine(store.engine.url, connect_args=options, poolclass=NullPool)
            try:
                yield replace(store, engine=narrow)
            finally:
                with admin.connect() as link:
                    link.execute(text(f"DROP TABLESPACE {name}"))


@root_only
def test_a_full_disk_under_the_database_is_said_and_changes_nothing(store: Store) -> None:
    published_city(store)
    with (
        narrow_disk(store, "3m") as narrow,
        nothing_changes(store, status="failed", step="chargement"),
        pytest.raises(StoreError, match="Le disque de la base de données est plein"),
    ):
        narrow.load(annuaire(store.folder, NEXT, MANY))
    assert store.load(annuaire(store.folder, NEXT, LINES)).status == "done"


@root_only
def test_a_full_disk_during_a_build_leaves_what_is_published(store: Store) -> None:
    published_city(store)
    store.load(annuaire(store.folder, NEXT, LINES[:25]))
    with (
        narrow_disk(store, "64k") as narrow,
        nothing_changes(store, status="failed", step="construction de la version"),
        pytest.raises(StoreError, match="Le disque de la base de données est plein") as failed,
    ):
        narrow.release()
    assert "Libérez de l'espace" in failed.value.message()
    assert store.release().fresh


def terminate_loads(store: Store) -> int:
    """Terminate every other session of the database, as an administrator would; return how many."""
    with psycopg.connect(plain_url(store), autocommit=True) as link:
        found = link.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        ).fetchone()
    return int(found[0]) if found else 0


def plain_url(store: Store) -> str:
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_session_ended_in_the_middle_of_the_copy_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    published_city(store)

    copy = annuaire_staging._copy

    def interrupted(connection: Connection, reading: Reading) -> None:
        copy(connection, reading)
        assert terminate_loads(store) == 1

    monkeypatch.setattr(annuaire_staging, "_copy", interrupted)
    with (
        nothing_changes(store, status="failed", step="chargement"),
        pytest.raises(StoreError, match="s'est arrêtée ou n'est plus joignable") as failed,
    ):
        store.load(annuaire(store.folder, NEXT, MANY))
    assert "observatoire db up" in failed.value.message()
    monkeypatch.undo()
    assert store.load(annuaire(store.folder, NEXT, MANY)).status == "done"


@contextmanager
def held_back(store: Store) -> Iterator[Callable[[], None]]:
    """Hold the merge back by a lock; give a function that waits until the load stands before it."""
    with psycopg.connect(plain_url(store)) as holder:
        holder.execute("LOCK TABLE supply.site IN ACCESS EXCLUSIVE MODE")

        def wait() -> None:
            deadline = time.monotonic() + 20
            with psycopg.connect(plain_url(store), autocommit=True) as watcher:
                while time.monotonic() < deadline:
                    found = watcher.execute(
                        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                        " WHERE d.datname = current_database() AND NOT l.granted AND l.relation IS NOT NULL"
                    ).fetchone()
                    if found and found[0]:
                        return
                    time.sleep(0.02)
            pytest.fail("the load never came to the merge")

        yield wait


def in_background(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Start a piece of work; what it returns or raises comes in the list."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except ObservatoireError as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def test_a_session_ended_in_the_middle_of_the_merge_changes_nothing(store: Store) -> None:
    published_city(store)
    path = annuaire(store.folder, NEXT, LINES)
    with nothing_changes(store, status="failed", step="chargement"):
        with held_back(store) as wait:
            thread, found = in_background(lambda: store.load(path))
            wait()
            with psycopg.connect(plain_url(store), autocommit=True) as link:
                link.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE NOT granted AND relation IS NOT NULL"
                )
            thread.join()
        assert isinstance(found[0], StoreError)
    assert store.load(path).status == "done"


def test_a_refresh_that_waits_too_long_says_that_another_one_holds_the_base(store: Store) -> None:
    published_city(store)
    hasty = create_engine(
        store.engine.url, connect_args={"options": "-c lock_timeout=300"}, poolclass=NullPool
    )
    path = annuaire(store.folder, NEXT, LINES)
    with (
        nothing_changes(store, status="failed", step="chargement"),
        held_back(store),
        pytest.raises(StoreError, match="Une autre opération tient la base"),
    ):
        replace(store, engine=hasty).load(path)


def test_two_refreshes_of_the_same_file_at_once_load_it_once(store: Store) -> None:
    path = annuaire(store.folder, DAY, LINES)
    work = [in_background(lambda: store.load(path)) for _ in range(2)]
    for thread, _ in work:
        thread.join()
    found = [results[0] for _, results in work]
    assert all(isinstance(result, Loaded) for result in found), found
    assert sorted(result.status for result in found) == ["done", "unchanged"]  # type: ignore[attr-defined]
    assert store.one("SELECT count(*) FROM supply.practice") == 30


def test_two_files_of_one_date_at_once_give_one_winner_and_one_refusal(store: Store) -> None:
    paths = [
        annuaire(store.folder, DAY, LINES[:half], mark=mark) for half, mark in ((30, "0800"), (20, "0900"))
    ]
    work = [in_background(lambda path=path: store.load(path)) for path in paths]  # type: ignore[misc]
    for thread, _ in work:
        thread.join()
    kinds = sorted(type(results[0]).__name__ for _, results in work)
    assert kinds == [CheckError.__name__, Loaded.__name__]
    assert store.one("SELECT count(*) FROM supply.practice") in (20, 30)


def test_registers_that_share_sites_load_side_by_side(store: Store) -> None:
    both = [f"0000000{rank}" for rank in range(10, 40)]
    lines = [activity(f"8{number:>011}", GP, finess=number) for number in both]
    paths = [
        annuaire(store.folder, DAY, lines),
        finess(store.folder, DAY, [{"finess": number, "place": (1, 1)} for number in reversed(both)]),
    ]
    work = [in_background(lambda path=path: store.load(path)) for path in paths]  # type: ignore[misc]
    for thread, _ in work:
        thread.join()
    assert [type(results[0]) for _, results in work] == [Loaded, Loaded]
    assert store.one("SELECT count(*) FROM supply.site") == len(both)


def test_the_kept_file_is_the_one_given_named_by_its_content(store: Store) -> None:
    path = annuaire(store.folder, DAY, LINES)
    store.load(path)
    digest = store.one("SELECT sha256 FROM ops.source_file")
    kept = store.settings.files / digest[:2] / f"{digest}-{path.name}"
    assert kept.read_bytes() == path.read_bytes()
    assert [name.name for name in store.settings.files.rglob("*") if name.is_file()] == [kept.name]


def test_a_file_that_was_fetched_is_not_copied_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = annuaire(store.folder, DAY, LINES)
    digest = fingerprint(path)
    kept = store.settings.files / digest[:2] / f"{digest}-{path.name}"
    kept.parent.mkdir(parents=True)
    path.rename(kept)
    path.symlink_to(kept)
    monkeypatch.setattr("app.jobs.originals.shutil.copyfile", lambda *_: pytest.fail("copied"))
    store.load(path)
    assert store.one("SELECT sha256 FROM ops.source_file") == digest
    assert [name for name in store.settings.files.rglob("*") if name.is_file()] == [kept]


def test_a_kept_file_that_is_no_longer_what_its_name_says_is_kept_under_its_content(store: Store) -> None:
    path = annuaire(store.folder, DAY, LINES)
    digest, wrong = fingerprint(path), "0" * 64
    kept = store.settings.files / wrong[:2] / f"{wrong}-{path.name}"
    kept.parent.mkdir(parents=True)
    path.rename(kept)
    path.symlink_to(kept)
    store.load(path)
    assert store.one("SELECT sha256 FROM ops.source_file") == digest
    assert (store.settings.files / digest[:2] / f"{digest}-{path.name}").is_file()


def test_a_shapefile_whose_attributes_alone_changed_is_another_file(store: Store) -> None:
    import geopandas
    from shapely.geometry import box

    path = store.folder / "iris_2024.shp"
    for name in ("Le Môle", "Le Phare"):
        geopandas.GeoDataFrame(
            {"CODE_IRIS": ["001010101"], "NOM_IRIS": [name], "INSEE_COM": ["00101"]},
            geometry=[box(-3.3, 46.4, -3.29, 46.41)],
            crs=4326,
        ).to_file(path, engine="pyogrio")
        assert store.load(path, force=True).status == "done"
        assert store.load(path).status == "unchanged"
    assert store.one("SELECT count(*) FROM ops.source_file WHERE NOT superseded") == 1
    assert len([kept for kept in store.settings.files.rglob("*.dbf") if kept.is_file()]) == 2


def test_runs_that_a_crash_left_open_are_closed_by_the_next_one(store: Store) -> None:
    store.run("INSERT INTO ops.job_run (task, status) VALUES ('refresh', 'running')")
    with Ledger(store.engine, task="build"):
        store.load(annuaire(store.folder, DAY, LINES))
        found = store.rows("SELECT task, status, message FROM ops.job_run ORDER BY id")
    assert [tuple(row) for row in found] == [
        ("refresh", "interrupted", INTERRUPTED),
        ("build", "running", None),
        ("refresh", "done", None),
    ]


def load_while_killed(store: Store, cluster: Cluster, path: Path) -> object:
    """Kill the server in the middle of a load, start it again, and return how the load ended."""
    pid = postmaster(cluster.status().folder)
    assert pid is not None
    # The session that holds the load back dies with the server.
    with suppress(psycopg.OperationalError), held_back(store) as wait:
        thread, found = in_background(lambda: store.load(path))
        wait()
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        cluster.ensure()
        thread.join()
    return found[0]


@pytest.mark.slow
def test_a_killed_database_changes_nothing_and_the_next_refresh_works(
    tmp_path: Path, command: Callable[..., Outcome]
) -> None:
    with TemporaryDirectory(prefix="observatoire-killed-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "home")
        try:
            engine = create_engine(cluster.ensure(), poolclass=NullPool)
            migrate.upgrade(engine)
            with opened(cluster.address(), tmp_path) as store:
                published_city(store)
                shown, stored = published_views(store), stored_rows(store)
                path = annuaire(tmp_path, NEXT, LINES)
                ended = load_while_killed(store, cluster, path)
                assert isinstance(ended, StoreError)
                assert "Rien n'a été modifié" in ended.message()
                assert published_views(store) == shown
                assert stored_rows(store) == stored
                outcome = command(store, "refresh", "--file", path)
                assert outcome.code == 0, outcome.err
                runs = store.rows(
                    "SELECT status FROM ops.job_run WHERE file_name = :n ORDER BY id", n=path.name
                )
                assert [row.status for row in runs] == ["interrupted", "done"]
        finally:
            cluster.drop()


def test_a_file_replaced_while_it_is_read_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    published_city(store)
    path = annuaire(store.folder, NEXT, LINES)
    staged = annuaire_staging.stage

    def replaced(*given: Any, **more: Any) -> StagedAnnuaire:
        found = staged(*given, **more)
        other = path.with_name("other")
        other.write_bytes(path.read_bytes().replace(b"DU MOLE", b"DU PORT"))
        other.rename(path)
        return found

    monkeypatch.setattr(annuaire_staging, "stage", replaced)
    with (
        nothing_changes(store, status="refused", step="conservation"),
        pytest.raises(SourceError, match="remplacé ou modifié pendant sa lecture"),
    ):
        store.load(path)
    monkeypatch.undo()
    assert store.load(path).status == "done"

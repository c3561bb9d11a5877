"""The private cluster, for real: nothing here is replaced by a double."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.db.binaries import Account, installed
from app.db.cluster import Cluster
from app.db.engines import job_engine, read_engine
from app.db.migrate import upgrade
from app.db.server import END_ORPHANS, gone, postmaster
from app.errors import SetupError
from app.settings import PROJECT, Settings

NOBODY = 65534
STRAY_PORT = 5432


@contextmanager
def place() -> Iterator[Path]:
    """Give a folder that the server's account can reach, and remove it with the cluster in it."""
    with TemporaryDirectory(prefix="observatoire grappe été ", dir="/var/tmp") as folder:
        root = Path(folder)
        root.chmod(0o755)
        yield root / "données"
        Cluster(root / "données").drop()


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a folder of the test's own."""
    with place() as folder:
        yield folder


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Make one data folder with a database and PostGIS in it, stopped, for tests to start from a copy of."""
    with place() as folder:
        cluster = Cluster(folder)
        cluster.ensure()
        cluster.stop()
        yield cluster.status().folder


@pytest.fixture
def own(home: Path, made: Path) -> Cluster:
    """Give a cluster of the test's own, made and stopped."""
    home.mkdir()
    subprocess.run(["cp", "-a", made, home], check=True)
    return Cluster(home)


@pytest.fixture
def unmade(home: Path) -> Cluster:
    """Give a cluster of the test's own, not made yet."""
    return Cluster(home)


def ask(cluster: Cluster, query: str, database: str = "observatoire") -> object:
    with psycopg.connect(cluster.address(database).replace("+psycopg", ""), autocommit=True) as link:
        row = link.execute(query).fetchone()
    return row[0] if row else None


def write_mark(cluster: Cluster) -> None:
    with psycopg.connect(cluster.address().replace("+psycopg", ""), autocommit=True) as link:
        link.execute("CREATE TABLE mark AS SELECT 42 AS value")


def running_pid(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def test_a_database_with_postgis_comes_from_nothing_in_a_path_with_spaces_and_accents(
    unmade: Cluster,
) -> None:
    assert unmade.status().state == "absent"
    unmade.ensure()
    assert unmade.status().state == "running"
    assert str(ask(unmade, "SELECT postgis_lib_version()")).startswith("3.")
    assert ask(unmade, "SHOW server_encoding") == "UTF8"
    assert ask(unmade, "SHOW fsync") == "on"


def test_asking_twice_keeps_the_same_server_and_its_tables(own: Cluster) -> None:
    address = own.ensure()
    write_mark(own)
    before = running_pid(own)
    assert own.ensure() == address
    assert running_pid(own) == before
    assert ask(own, "SELECT value FROM mark") == 42


def test_nothing_listens_on_tcp_and_only_the_owner_enters_the_sockets_folder(own: Cluster) -> None:
    own.ensure()
    assert ask(own, "SHOW listen_addresses") == ""
    assert own.socket.stat().st_mode & 0o777 == 0o700


def test_stopping_leaves_no_process_and_keeps_what_is_committed(own: Cluster) -> None:
    own.ensure()
    write_mark(own)
    pid = running_pid(own)
    own.stop()
    assert own.status().state == "stopped"
    assert gone(pid)
    own.ensure()
    assert ask(own, "SELECT value FROM mark") == 42


def test_stopping_what_does_not_run_does_nothing(unmade: Cluster) -> None:
    unmade.stop()
    unmade.ensure()
    unmade.stop()
    unmade.stop()
    assert unmade.status().state == "stopped"


def test_dropping_deletes_the_databases_and_keeps_the_source_files(own: Cluster) -> None:
    own.ensure()
    kept = own.home / "files"
    kept.mkdir()
    own.drop()
    assert own.status().state == "absent"
    assert kept.is_dir()


def test_a_killed_server_is_started_again_with_what_was_committed(own: Cluster) -> None:
    own.ensure()
    write_mark(own)
    pid = running_pid(own)
    os.kill(pid, signal.SIGKILL)
    own.ensure()
    assert running_pid(own) != pid
    assert ask(own, "SELECT value FROM mark") == 42


def test_a_session_that_outlives_a_killed_server_does_not_keep_it_from_starting(own: Cluster) -> None:
    own.ensure()
    link = psycopg.connect(own.address().replace("+psycopg", ""), autocommit=True)
    long_query = threading.Thread(target=run_until_cut, args=(link,))
    long_query.start()
    os.kill(running_pid(own), signal.SIGKILL)
    own.ensure()
    long_query.join(timeout=30)
    assert not long_query.is_alive()
    assert ask(own, "SELECT 1") == 1
    link.close()


def run_until_cut(link: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        link.execute("SELECT count(*) FROM generate_series(1, 1e12)")


def test_everything_killed_at_once_is_mended(own: Cluster) -> None:
    own.ensure()
    write_mark(own)
    # Everything that stands in the data folder: the server and its children, with no time to clean up.
    own.account.run("sh", "-c", END_ORPHANS, "sh", own.status().folder)
    assert (own.status().folder / "postmaster.pid").exists()
    own.ensure()
    assert ask(own, "SELECT value FROM mark") == 42


def test_a_pid_file_that_names_another_process_is_not_believed(own: Cluster) -> None:
    own.ensure()
    own.stop()
    folder = own.status().folder
    pid_file = folder / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder}\n1\n")
    assert postmaster(folder) is None
    own.ensure()
    assert running_pid(own) != os.getpid()


def test_an_empty_pid_file_is_not_believed(own: Cluster) -> None:
    own.ensure()
    own.stop()
    (own.status().folder / "postmaster.pid").write_text("")
    own.ensure()
    assert own.status().state == "running"


def test_a_half_made_data_folder_is_made_again(unmade: Cluster) -> None:
    half_made = unmade.home / ".pg-killed"
    (half_made / "base").mkdir(parents=True)
    unmade.ensure()
    assert unmade.status().state == "running"
    assert not half_made.exists()


def test_two_processes_asking_at_once_share_one_server(unmade: Cluster) -> None:
    program = (
        "import sys; from pathlib import Path; from app.db.cluster import Cluster; "
        "c = Cluster(Path(sys.argv[1])); c.ensure(); print(c.status().pid)"
    )
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(unmade.home)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=60)[0].strip() for process in asking]
    assert [process.returncode for process in asking] == [0, 0]
    assert told == [str(running_pid(unmade))] * 2


def test_a_package_upgrade_under_the_running_server_restarts_it(
    own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.ensure()
    write_mark(own)
    before = running_pid(own)
    monkeypatch.setattr("app.db.binaries.Binaries.fingerprint", lambda _binaries: "1:2")
    own.ensure()
    assert running_pid(own) != before
    assert ask(own, "SELECT value FROM mark") == 42


def test_an_older_postgis_in_the_database_is_brought_to_the_installed_one(own: Cluster) -> None:
    own.ensure()
    with psycopg.connect(own.address().replace("+psycopg", ""), autocommit=True) as link:
        link.execute("UPDATE pg_extension SET extversion = 'ANY' WHERE extname = 'postgis'")
    own.ensure()
    assert str(ask(own, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'")).startswith("3.")


def test_a_major_upgrade_keeps_the_old_server_while_it_is_there(home: Path, tmp_path: Path) -> None:
    prefix, major = copy_of_the_installation(tmp_path, also=99)
    cluster = Cluster(home, prefix)
    Cluster(home).ensure()
    cluster.ensure()
    assert cluster.status().major == major


def test_a_database_whose_server_was_removed_says_how_to_get_it_back(home: Path, tmp_path: Path) -> None:
    made = Cluster(home)
    made.ensure()
    made.stop()
    with pytest.raises(SetupError) as refusal:
        Cluster(home, tmp_path).ensure()
    assert f"apt-get install postgresql-{made.status().major}" in refusal.value.message()
    assert "observatoire db restore" in refusal.value.message()


def test_a_machine_without_postgresql_is_told_the_command(home: Path, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as refusal:
        Cluster(home, tmp_path).ensure()
    assert "apt-get install postgresql postgresql-postgis" in refusal.value.message()
    assert Cluster(home, tmp_path).status().state == "absent"


def test_a_server_without_postgis_does_not_count(tmp_path: Path) -> None:
    prefix, major = copy_of_the_installation(tmp_path)
    (prefix / "share/postgresql" / str(major) / "extension" / "postgis.control").unlink()
    assert installed(prefix) == {}


def test_a_folder_that_cannot_be_written_is_refused_with_another_in_hint() -> None:
    with pytest.raises(SetupError) as refusal:
        Cluster(Path("/proc/observatoire")).ensure()
    assert "OBSERVATOIRE_HOME" in refusal.value.message()


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root démarre la base sous un autre compte")
def test_root_is_refused_a_folder_that_the_servers_account_cannot_reach(home: Path) -> None:
    home.mkdir()
    home.chmod(0o700)
    with pytest.raises(SetupError) as refusal:
        Cluster(home).ensure()
    assert "OBSERVATOIRE_HOME" in refusal.value.message()


@pytest.mark.parametrize("name", ["a" * 120, "une, virgule"])
def test_a_socket_that_the_path_cannot_hold_goes_to_a_verified_folder_in_tmp(home: Path, name: str) -> None:
    cluster = Cluster(home / name)
    assert cluster.socket.parent == Path("/tmp")
    cluster.ensure()
    assert ask(cluster, "SELECT 1") == 1
    assert cluster.socket.stat().st_uid == Account.current().uid
    cluster.drop()
    assert not cluster.socket.exists()


def test_a_socket_folder_that_is_not_ours_is_refused(home: Path, tmp_path: Path) -> None:
    cluster = Cluster(home / ("a" * 120))
    cluster.socket.symlink_to(tmp_path)
    try:
        with pytest.raises(SetupError, match="appartient à un autre compte"):
            cluster.ensure()
    finally:
        cluster.socket.unlink()


def test_another_postgresql_on_the_usual_port_is_left_alone(own: Cluster) -> None:
    with place() as elsewhere:
        other = Cluster(elsewhere)
        other.ensure()
        if port_is_free(STRAY_PORT):
            other.stop()
            conf = other.status().folder / "postgresql.auto.conf"
            conf.write_text(f"listen_addresses = '127.0.0.1'\nport = {STRAY_PORT}\n")
            start_elsewhere(other)
            assert not port_is_free(STRAY_PORT)
        before = running_pid(other)
        own.ensure()
        write_mark(own)
        own.stop()
        assert running_pid(other) == before


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def start_elsewhere(cluster: Cluster) -> None:
    """Start a server as a distribution would: on TCP, not through our own code."""
    folder = cluster.status().folder
    binaries = installed(cluster.prefix)[int(folder.name[2:])]
    log = folder / "server.log"
    started = cluster.account.run(binaries.program("pg_ctl"), "start", "--wait", "-D", folder, "-l", log)
    assert started.returncode == 0, started.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root devient un autre compte")
def test_somebody_who_is_not_root_has_a_cluster_too() -> None:
    with TemporaryDirectory(prefix="observatoire-personne-", dir="/var/tmp") as folder:
        os.chown(folder, NOBODY, NOBODY)
        child = os.fork()
        if child == 0:
            os._exit(exit_status_as_nobody(Path(folder)))
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0


def exit_status_as_nobody(folder: Path) -> int:
    """Make, use and drop a cluster as nobody: in a fork, who could not read a checkout under /root."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    cluster = Cluster(folder / "données")
    cluster.ensure()
    worked = ask(cluster, "SELECT 1") == 1 and cluster.status().folder.stat().st_uid == NOBODY
    cluster.drop()
    return 0 if worked else 1


def test_settings_choose_the_folder(home: Path) -> None:
    assert Cluster.from_settings(Settings(home=home, _env_file=None)).home == home


def copy_of_the_installation(folder: Path, also: int | None = None) -> tuple[Path, int]:
    """Lay links to the newest installed server under ``folder``, and a second major version if asked."""
    servers = installed(Path("/usr"))
    major = max(servers)
    for version in (major, also or major):
        programs = folder / "lib/postgresql" / str(version)
        programs.parent.mkdir(parents=True, exist_ok=True)
        if not programs.exists():
            programs.symlink_to(servers[major].programs.parent)
        extension = folder / "share/postgresql" / str(version) / "extension"
        extension.mkdir(parents=True, exist_ok=True)
        (extension / "postgis.control").touch()
    return folder, major


def test_a_server_that_reads_finds_a_killed_database_started_again(own: Cluster) -> None:
    settings = Settings(home=own.home, _env_file=None)
    own.ensure()
    migrated = job_engine(settings)
    upgrade(migrated)
    migrated.dispose()
    reading = read_engine(settings)
    try:
        assert read_a_count(reading) == 0
        killed = running_pid(own)
        os.kill(killed, signal.SIGKILL)
        deadline = time.monotonic() + 30
        # A session may outlive its server for a moment: it answers still, or ends under a query.
        while (found := read_a_count(reading)) is None or own.status().pid in (None, killed):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert found == 0
    finally:
        reading.dispose()


def read_a_count(reading: Engine) -> int | None:
    try:
        with reading.connect() as link:
            return int(link.execute(text("SELECT count(*) FROM published.release")).scalar_one())
    except OperationalError:
        return None

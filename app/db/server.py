"""One PostgreSQL server process: its configuration, how it is launched, and what /proc tells of it."""

import os
import time
from pathlib import Path

PORT = 54329  # only names the socket: nothing listens on TCP
STOP_SECONDS = 30.0
SHARED_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - measured, not written to
ROOMY_SHARED_MEMORY = 1 << 30

# Run as the server's account: only it may read where its own processes stand.
END_ORPHANS = """for attempt in 1 2 3 4 5 6 7 8 9 10; do
  left=
  for folder in /proc/[0-9]*; do
    [ "$(readlink "$folder/cwd" 2>/dev/null)" != "$1" ] || { kill -KILL "${folder#/proc/}"; left=1; }
  done
  [ -n "$left" ] || exit 0
  sleep 0.05
done 2>/dev/null"""
# The shell leaves at once, so that the server is nobody's child and never stays behind as a zombie.
LAUNCH = '"$@" </dev/null >"$0" 2>&1 & echo $!'
# How changes are logged: nothing is lost, and a national vintage writes 700 MB in seconds.
LOGGED = {
    "max_wal_size": "4GB",
    # Files of the log that a vintage filled are written anew by the next one, rather than made.
    "min_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    # The log of a vintage, 700 MB, is written by the server's own writer while the merge goes on.
    "wal_buffers": "64MB",
    "wal_writer_delay": "10ms",
    # Compressing the pages that a vintage is the first to touch takes longer than the rest of its merge.
    "wal_compression": "off",
    # No replica reads this log: COPY into a table made in the same transaction need not write it.
    "wal_level": "minimal",
    "max_wal_senders": 0,
}


def configuration(socket: Path) -> str:
    """Return postgresql.conf: sized for 2 cores, safe against crashes, silent about what rows hold."""
    memory = (os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) >> 20
    room = os.statvfs(SHARED_MEMORY_FOLDER) if SHARED_MEMORY_FOLDER.is_dir() else None
    roomy = room is not None and room.f_bavail * room.f_frsize >= ROOMY_SHARED_MEMORY
    quoted = str(socket).replace("\\", r"\\").replace('"', '""').replace("'", "''")
    values = {
        "listen_addresses": "''",
        "port": PORT,
        "unix_socket_directories": f"""'"{quoted}"'""",
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        # A national vintage writes to nearly every page of the practices: each put away waits for the log.
        "shared_buffers": f"{min(1024, max(256, memory // 12))}MB",
        "temp_buffers": "64MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        **LOGGED,
        # Containers have 64 MB of /dev/shm: parallel queries would fail there.
        "dynamic_shared_memory_type": "posix" if roomy else "mmap",
        "random_page_cost": 1.1,
        "jit": "off",
        **dict.fromkeys(("timezone", "log_timezone"), "'UTC'"),
        "default_text_search_config": "'pg_catalog.french'",
        "logging_collector": "on",
        "log_filename": "'%a.log'",
        "log_truncate_on_rotation": "on",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
    }
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def postmaster(folder: Path) -> int | None:
    """Return the server's process number, or None when the pid file names no process or another one."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if os.fsencode(folder) in arguments else None


def alive(pid: int) -> bool:
    """Tell whether a process still runs; a zombie has no command line left."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid: int) -> bool:
    """Wait until a process has ended; tell whether it did in time."""
    deadline = time.monotonic() + STOP_SECONDS
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True

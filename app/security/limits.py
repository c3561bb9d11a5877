"""How much each caller may ask: a table of counters in shared memory, one line a caller.

The rate follows GCRA (the generic cell rate algorithm, ITU-T I.371): a line holds the moment at which what
was asked so far would be paid for at the allowed rate. A demand passes while that moment is less than the
burst ahead of now, so that one number a caller is enough, and nothing has to be swept.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path

# Lines that a caller may stand on: as many as one page of memory holds would be slower to look through.
WAYS = 8
SHELVES = 8192
LINE = struct.Struct("<Qd")
SHELF_BYTES = WAYS * LINE.size
TABLE_BYTES = SHELVES * SHELF_BYTES
BURST_SECONDS = 60.0
# Further ahead than any burst: the clock was set back, or the file comes from elsewhere.
FARTHEST_SECONDS = 3600.0


class Limits:
    """Counters of callers, shared by the workers of one machine through a file, or of this process alone.

    A full shelf lets go of the caller who asked least: a flood of addresses never grows the table (1 MB).
    """

    def __init__(self, secret: str, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(f"limits\n{secret}".encode()).digest()
        self._clock = clock
        self._file: int | None = None
        if path is None:
            self._table = mmap.mmap(-1, TABLE_BYTES)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._file).st_size != TABLE_BYTES:
            os.ftruncate(self._file, TABLE_BYTES)
        self._table = mmap.mmap(self._file, TABLE_BYTES)

    def take(self, caller: str, cost: float, per_minute: int) -> float:
        """Count a demand of ``cost`` against ``per_minute``; return 0, or the seconds to wait when refused.

        A refused demand is not counted. ``per_minute`` 0 means no limit. The burst is one minute's worth; a
        demand that costs more than that passes when nothing else was asked.
        """
        if not per_minute:
            return 0.0
        # The caller is not kept: a keyed hash, so that nobody can choose whose counter to share.
        mark = int.from_bytes(hashlib.blake2b(caller.encode(), digest_size=8, key=self._key).digest()) or 1
        start = mark % SHELVES * SHELF_BYTES
        now = self._clock()
        step = cost * BURST_SECONDS / per_minute
        with self._alone(start):
            place, paid = self._find(start, mark, now)
            wait = paid + min(step, BURST_SECONDS) - now - BURST_SECONDS
            if wait > 0:
                return wait
            LINE.pack_into(self._table, place, mark, paid + step)
        return 0.0

    def _find(self, start: int, mark: int, now: float) -> tuple[int, float]:
        """Return a caller's line and when what they asked is paid for; else the line that is missed least."""
        least, place = float("inf"), start
        for offset in range(start, start + SHELF_BYTES, LINE.size):
            who, until = LINE.unpack_from(self._table, offset)
            if until > now + FARTHEST_SECONDS:
                until = now
            if who == mark:
                return offset, max(until, now)
            if until < least:
                least, place = until, offset
        return place, now

    @contextmanager
    def _alone(self, start: int) -> Iterator[None]:
        """Keep the other workers from a shelf; the kernel lets go of what a dead one held."""
        if self._file is None:
            yield
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX, SHELF_BYTES, start)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, SHELF_BYTES, start)

    def close(self) -> None:
        """Let go of the table."""
        self._table.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what an address is counted under: an IPv4 address, or the /64 that one subscriber holds.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3::4"), network_of("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8:1:2::/64', '192.0.2.7')
    """
    if ":" not in address:
        return address
    try:
        parsed = IPv6Address(address)
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, 64), strict=False))

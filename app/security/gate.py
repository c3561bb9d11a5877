"""The gate: finds who asks from what they present, and keeps the engines and counters that this takes."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from app.db.engines import clerk_engine, reserved_engine
from app.security import keys, sessions
from app.security.callers import Caller
from app.security.limits import Limits, network_of
from app.security.sessions import Lasting, own_name
from app.security.sign_in import SignIn
from app.settings import Settings

LIMITS_FILE = "limits"


class Gate:
    """Keys, sessions and limits of one deployment. Nothing is opened before somebody presents something.

    ``shared`` is the folder where the workers of one server add their counters up; without it, one is alone.
    """

    def __init__(self, settings: Settings, shared: Path | None = None) -> None:
        self._settings = settings
        self.limits = Limits(settings.hash_key.get_secret_value(), shared and shared / LIMITS_FILE)
        self.sign_in = SignIn(settings) if settings.oidc_issuer else None
        # A machine without TLS has no public address, or one in http.
        self.secure = str(settings.public_url).startswith("https://")
        self.session_cookie = own_name(sessions.COOKIE, secure=self.secure)
        self.lasting = Lasting(
            idle=timedelta(minutes=settings.session_idle_minutes),
            whole=timedelta(hours=settings.session_hours),
        )

    @cached_property
    def clerk(self) -> Engine:
        """Return the engine on keys, sessions and the audit log."""
        return clerk_engine(self._settings)

    @cached_property
    def reserved(self) -> Engine:
        """Return the read-only engine on names."""
        return reserved_engine(self._settings)

    def by_key(self, presented: str) -> Caller | None:
        """Return who holds a key, None when it opens nothing."""
        with self.clerk.begin() as connection:
            return keys.holder_of(connection, presented, datetime.now(UTC))

    def by_session(self, cookie: str) -> Caller | None:
        """Return who holds a session, None when it is over."""
        with self.clerk.begin() as connection:
            return sessions.holder_of(connection, cookie, self.lasting, datetime.now(UTC))

    def wait(self, caller: Caller, address: str, cost: float) -> float:
        """Count a demand, of a key or a person, else of the address; return 0, or the seconds to wait."""
        if caller.actor:
            return self.limits.take(caller.actor, cost, self._settings.limit_per_key)
        return self.limits.take(network_of(address), cost, self._settings.limit_per_address)

    def close(self) -> None:
        """Let go of what was opened."""
        if self.sign_in is not None:
            self.sign_in.close()
        self.limits.close()
        for name in ("clerk", "reserved"):
            engine = self.__dict__.pop(name, None)
            if engine is not None:
                engine.dispose()

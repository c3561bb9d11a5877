"""Who asks: nobody known, the holder of a key, or a person signed in."""

from dataclasses import dataclass

from app.security.roles import Role


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the audit log names them (``key:obs_1a2b3c4d``, ``session:name@city.example``)."""

    role: Role
    actor: str = ""
    label: str = ""
    # Of the session, for what a signed-in person sends with a form.
    form_token: str = ""


ANYBODY = Caller(Role.PUBLIC)

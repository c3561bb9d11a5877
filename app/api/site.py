"""The address of the site, as those who read an answer must write it."""

from starlette.requests import Request


def site_of(request: Request) -> str:
    """Return the public address of the site, without a slash at its end; that of the request without one."""
    known: str | None = request.app.state.settings.public_url
    return (known or str(request.base_url)).rstrip("/")

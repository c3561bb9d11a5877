"""The site's own name instead of what a request calls it: redirects and links must lead nowhere else."""

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send


class OwnHost:
    """Puts the public address in the place of the header Host, which whoever asks may write."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        parts = urlsplit(public_url)
        self._scheme, self._host = parts.scheme, (b"host", parts.netloc.encode("idna"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under the site's own name."""
        if scope["type"] == "http":
            others = [header for header in scope["headers"] if header[0] != b"host"]
            scope = {**scope, "scheme": self._scheme, "headers": [self._host, *others]}
        await self.app(scope, receive, send)

"""A look at one page: what it showed, what it asked for, what went wrong meanwhile."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request

from app.settings import PROJECT

# What the policy of a page refuses, kept where a test can read it.
REPORTS = """window.refusedByPolicy = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.refusedByPolicy.push(`${event.effectiveDirective} ${event.blockedURI}`));"""
SCREENSHOTS = PROJECT / "var" / "screenshots"
DESKTOP, PHONE = (1366, 768), (390, 844)


@dataclass
class Visit:
    """One page being looked at, and everything that went wrong or out of this machine meanwhile."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """Return the requests that left this machine."""
        return [url for url in self.requests if not url.startswith((self.address, "data:", "blob:"))]

    def asked(self, part: str) -> list[str]:
        """Return the requests whose address holds ``part``."""
        return [url for url in self.requests if part in url]

    def open(self, query: str = "") -> Page:
        """Open the map and wait until it is drawn."""
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_selector("#legend button", state="attached")
        return self.page

    def territory(self, code: str) -> None:
        """Open a territory by its row of the table, as somebody who reads tables does."""
        self.page.evaluate(
            "document.getElementById('table').hidden && document.getElementById('table-toggle').click()"
        )
        self.page.click(f"#table tr[data-code='{code}'] th button")

    def keep(self, name: str, *, settled: bool = True) -> None:
        """Keep a screenshot under ``var/screenshots``, once nothing is awaited any more."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        if settled:
            self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def listen(self) -> None:
        """Start noting."""
        self.page.add_init_script(REPORTS)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"page: {error}"))
        self.page.on("request", self._note_request)

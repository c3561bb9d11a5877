"""OGC API Features and Tiles, so that QGIS and ogr2ogr read what is published."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from app.settings import Settings

if TYPE_CHECKING:
    from app.api.ogc.application import LayersApplication


class Layers:
    """The layers of one process, opened by the first map program that asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened: LayersApplication | None = None

    def answer(self) -> Response:
        """Return the answer that tipg writes to the request at hand."""
        if self._opened is None:
            # Read now and not before: tipg takes 30 MB that most sites never use.
            from app.api.ogc.application import LayersApplication  # noqa: PLC0415

            self._opened = LayersApplication(self._settings)
        return self._opened.answer()

    async def close(self) -> None:
        """Close what was opened."""
        if self._opened is not None:
            await self._opened.store.close()

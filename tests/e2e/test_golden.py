"""Maps and sheets look as they did: against images that somebody looked at, with room for other letters.

``GOLDEN_IMAGES=write`` makes them anew; look at each before it is kept.
"""

import io
import os
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GOLDEN = Path(__file__).parent / "golden"
# Browsers shape letters a little differently: squares of so many pixels are compared by their mean.
SQUARE = 8
FARTHEST = 20  # of 255
MOST_OFF = 0.015
MAPS = {
    "densite": "?qui=medecin_generaliste&echelle=iris",
    "praticiens": "?quoi=praticiens&qui=infirmier&echelle=quartier",
    "couverture": "?quoi=couverture&qui=medecin_generaliste&echelle=quartier",
    "besoins": "?quoi=besoin&qui=medecin_generaliste&echelle=iris",
}


def squares(image: Image.Image) -> np.ndarray:
    """Return the mean colour of the squares of an image, (rows, columns, 3)."""
    size = (image.width // SQUARE, image.height // SQUARE)
    return np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), dtype=float)


def off(image: Image.Image, kept: Image.Image) -> float:
    """Return the share of squares whose colour is not what it was; 1 where sizes differ."""
    now, then = squares(image), squares(kept)
    if now.shape != then.shape:
        return 1.0
    return float((np.abs(now - then).max(axis=2) > FARTHEST).mean())


def compare(name: str, image: Image.Image) -> None:
    """Compare an image with the kept one of the same name, at half its size."""
    image = image.convert("RGB").resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    path = GOLDEN / f"{name}.png"
    if os.environ.get("GOLDEN_IMAGES") == "write":
        GOLDEN.mkdir(exist_ok=True)
        image.quantize(64).save(path, optimize=True)
    with Image.open(path) as kept:
        share = off(image, kept)
    assert share <= MOST_OFF, f"{name} : {share:.1%} de l'image a changé"


@pytest.mark.parametrize(("name", "query"), MAPS.items())
def test_a_map_looks_as_it_did(desk: Visit, name: str, query: str) -> None:
    page = desk.page
    page.goto(f"{desk.address}/{query}")
    page.wait_for_selector(".legend-row, .cross-cell", state="attached")
    page.wait_for_load_state("networkidle")
    compare(name, Image.open(io.BytesIO(page.screenshot())))


@pytest.mark.parametrize(
    ("name", "path"), [("fiche-qpv", "qpv/QN00001M"), ("fiche-commune", "commune/00101")]
)
def test_a_sheet_looks_as_it_did(desk: Visit, name: str, path: str) -> None:
    answer = desk.page.request.get(f"{desk.address}/atlas/{path}.pdf")
    document = pypdfium2.PdfDocument(answer.body())
    try:
        compare(name, document[0].render(scale=1.5).to_pil())
    finally:
        document.close()


def test_a_territory_painted_otherwise_is_seen(desk: Visit) -> None:
    page = desk.open(MAPS["densite"])
    page.wait_for_load_state("networkidle")
    before = Image.open(io.BytesIO(page.screenshot()))
    # Ten IRIS of sixty, of the second class, as if they were of the fourth.
    page.evaluate("""document.querySelectorAll('.leaflet-data-pane path[data-class="1"]')
        .forEach((path) => path.setAttribute('fill', '#007ba5'))""")
    assert off(Image.open(io.BytesIO(page.screenshot())), before) > MOST_OFF

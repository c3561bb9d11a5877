"""The two small maps of a portrait: where the territory is, and where people practise around it."""

from markupsafe import Markup, escape
from sqlalchemy import Connection

from app.api.lookup import find_territory
from app.api.places import Wanted
from app.api.sheets import drawn_places
from app.indicators.wording import Level
from app.maps.drawing import SEQUENTIAL, ZERO, Drawn, Paint, draw
from app.maps.ground import ground_of, outlines_of, place_of
from app.maps.paper import Paper, north_angle
from app.web.portrait.asked import SCOPE, Asked, split
from app.web.portrait.block import Drawing

# In millimetres, as on paper; a page shows them as wide as their column.
LOCATOR = Paper("A4", 84, 63, 84, 63)
CLOSE_UP = Paper("A4", 116, 80, 116, 80)
AROUND, AROUND_HOLDER = 0.35, 0.03
MOST_PEERS = 400
LIGHT = "#e4e8ea"
# Places are legible up to the size of a city; a département or a region has its own map on the first page.
CLOSE_UPS: frozenset[Level] = frozenset(["iris", "quartier", "qpv", "commune"])


def locator(connection: Connection, asked: Asked) -> Markup:
    """Return where the territory is: in what holds it, among its like."""
    territory, held = asked.territory, asked.portrait.ranked_in
    around = territory.id
    if held is not None:
        around = find_territory(connection, "code", *split(held.territory)).id
    place = place_of(connection, around, LOCATOR, AROUND_HOLDER)
    levels: list[str] = [held.level, territory.level] if held else [territory.level]
    outlines = outlines_of(connection, place.frame, levels)
    # The borders of its peers tell its size; those of thousands of squares would be a grid of ink.
    peers = tuple(one.id for one in outlines if one.level == territory.level and one.id != around)
    drawn = Drawn(
        frame=place.frame,
        ground=[one for one in ground_of(connection, place.frame) if one.kind != "place"],
        outlines=outlines,
        paints=[
            Paint(ZERO, (around,)),
            Paint(LIGHT, peers if len(peers) <= MOST_PEERS else ()),
            Paint(SEQUENTIAL[3], (territory.id,)),
        ],
        quarters=[],
        chosen=next((one for one in outlines if one.id == territory.id), None),
        places=[],
        north=north_angle(place.frame, place.longitude, place.latitude),
    )
    where = f"{asked.portrait.name}, dans {held.name}" if held else asked.portrait.name
    return _told(draw(drawn), f"Carte de situation : {where}.")


def close_up(connection: Connection, asked: Asked) -> Drawing | None:
    """Return where the people of the profession practise in the territory and around it."""
    if asked.territory.level not in CLOSE_UPS or not asked.profession.loaded:
        return None
    place = place_of(connection, asked.territory.id, CLOSE_UP, AROUND)
    outlines = outlines_of(connection, place.frame, [asked.territory.level, "qpv"])
    wanted = Wanted(asked.profession, SCOPE, asked.release.vintage)
    places = drawn_places(connection, place.frame, wanted)
    drawn = Drawn(
        frame=place.frame,
        ground=ground_of(connection, place.frame),
        outlines=[],
        paints=[],
        # Its own name would lie on its places.
        quarters=[one for one in outlines if one.level == "qpv" and one.id != asked.territory.id],
        chosen=next((one for one in outlines if one.id == asked.territory.id), None),
        places=places,
        north=north_angle(place.frame, place.longitude, place.latitude),
    )
    title = f"Lieux d'exercice autour d'ici : {asked.who.lower()}"
    note = (
        "Un disque par lieu, d'autant plus grand que les praticiens y sont nombreux. "
        "Trait noir : ce territoire ; trait rouge : QPV."
    )
    return Drawing(_told(draw(drawn), f"{title}. {len(places)} lieux dans ce cadre."), title, note)


def _told(svg: str, words: str) -> Markup:
    """Return a map that a screen reader announces in one sentence."""
    return Markup(f'<div class="map" role="img" aria-label="{escape(words)}">{svg}</div>')  # noqa: S704 - escaped

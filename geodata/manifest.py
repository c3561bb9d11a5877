"""The manifest of the sources: where each register is published, how often, and what its address needs.

``manifest.json`` is the only place that holds addresses. A source without an address is one that every city
takes elsewhere; ``where`` says so in French.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Per = Literal["france", "departement", "grid", "extract", "epci"]


@dataclass(frozen=True, slots=True)
class Source:
    """One published file, or one a département, legal grid, OpenStreetMap extract or EPCI (``per``).

    ``address`` and ``file_name`` are templates over ``{departement}``, ``{grid}``, ``{extract}``, ``{epci}``
    and ``{vintage}``. ``min_bytes`` is a floor under which a delivery cannot be whole. ``dated_by`` says what
    dates a file whose name and content do not: the manifest's vintage (``name``) or the server's date.
    ``loaded`` is false for what a refresh does not take by itself.
    """

    name: str
    register: str
    address: str | None
    file_name: str
    per: Per
    min_bytes: int
    licence: str
    cadence: str
    dated_by: Literal["name", "server"]
    vintage: str = ""
    where: str = ""
    loaded: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file to fetch: its source, its key (``ban-35``), its address and the name to keep it under."""

    source: Source
    key: str
    address: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every source by name; by département: its legal grid, its extract, the départements it touches."""

    sources: Mapping[str, Source]
    grids: Mapping[str, str]
    extracts: Mapping[str, str]
    adjacent: Mapping[str, list[str]]

    def deliveries(
        self, name: str, places: Iterable[str], addresses: Mapping[str, str] | None = None
    ) -> list[Delivery]:
        """Return the files of a source for some départements (or EPCI), each once.

        ``addresses`` replace templates.
        A source without address gives none. Raises KeyError for an unknown source.
        """
        source = self.sources[name]
        template = (addresses or {}).get(name) or source.address
        if template is None:
            return []
        found: dict[str, Delivery] = {}
        for place in places if source.per != "france" else ("",):
            values = {
                "departement": place,
                "epci": place,
                "grid": self.grids.get(place) or self.grids[""],
                "extract": self.extracts.get(place, ""),
                "vintage": source.vintage,
            }
            key = name if source.per == "france" else f"{name}-{values[source.per]}"
            named = source.file_name.format_map(values)
            found[key] = Delivery(source, key, template.format_map(values), named)
        return list(found.values())


@cache
def manifest() -> Manifest:
    """Return the manifest that comes with the program."""
    text = files("geodata").joinpath("manifest.json").read_text(encoding="utf-8")
    read = json.loads(text)
    sources = {
        entry["name"]: Source(**{"register": entry["name"], "address": None, **entry})
        for entry in read["sources"]
    }
    extracts = {code: name for name, codes in read["extracts"].items() for code in codes}
    return Manifest(sources, read["grids"], extracts, read["adjacent"])

"""National files cut down to a place: the same columns under the same names, only what lies there.

A city needs a hundredth of France. What is dropped is dropped by whole communes, or whole persons: somebody
who practises in two places counts for a half in each, so all the lines of a kept person are kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

import numpy as np
import osmium
import shapely
from pyproj import Transformer

from app.sources.catalogue import RegisterName
from app.sources.columns import Match, Variant, chosen
from app.sources.containers import Content, contents
from app.sources.delimited import Delimited, line_blocks, sniff_delimited, split_quoted
from app.sources.finding import unknown
from app.sources.layers import layer_name, open_layer
from app.sources.maps import VARIANTS as LAYERS
from app.sources.maps import recognise_layer
from app.sources.places import WGS84
from app.sources.recognise import recognise
from app.sources.tables import VARIANTS as TABLES

# A city of arrondissements is one commune for the state, and several for INSEE.
ARRONDISSEMENTS = {"75056": "751", "13055": "132", "69123": "6938"}
STAMP = "2025-01-01T00:00:00.000Z"  # GeoPackages carry the date of writing; one cut must give one file
CODE = re.compile(r"[0-9AB]{2,5}")
CORSICA = ("2A", "2B")


def departement_of(commune: str) -> str:
    """Return the département of a commune code or postcode.

    >>> departement_of("35238"), departement_of("97411"), departement_of("2A004")
    ('35', '974', '2A')
    """
    return commune[:3] if commune[:2] in {"97", "98"} else commune[:2]


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A place: whole départements, communes beyond their border with their postcodes, and its contours.

    ``contours`` is the union of all these communes in WGS84; ``box`` is the part whose base map is wanted
    (west, south, east, north).
    """

    departements: tuple[str, ...]
    border: tuple[str, ...]
    postcodes: frozenset[str]
    contours: shapely.Geometry
    box: tuple[float, float, float, float]

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Return what the codes of the place's communes and IRIS begin with."""
        inner = (ARRONDISSEMENTS[code] for code in self.border if code in ARRONDISSEMENTS)
        return (*self.departements, *self.border, *inner)

    def holds_line(self, commune: str, postcode: str, office: str, finess: str) -> bool:
        """Say whether a line of the annuaire lies in the place, by the first of its codes that tells."""
        if commune:
            return commune.startswith(self.prefixes)
        code = (postcode or office)[:5]
        if code.isdigit() and len(code) == 5:
            of_code = CORSICA if code.startswith("20") else (departement_of(code),)
            return not set(of_code).isdisjoint(self.departements) or code in self.postcodes
        # A FINESS number begins with two characters of its département.
        return finess.startswith(tuple(departement[:2] for departement in self.departements))


def cut(
    path: Path, register: RegisterName, perimeter: Perimeter, folder: Path, max_bytes: int
) -> Path | None:
    """Write what a file says of a place into ``folder``, and return it; None when it says nothing.

    A register that is small, or made for one département, is returned as it came. Raises SourceError when
    the file is not of that register or cannot be read.
    """
    cutter = CUTTERS.get(register)
    if cutter is None:
        return path
    member = recognise(path, max_bytes=max_bytes, expected=register).member
    content = next(content for content in contents(path, max_bytes) if content.member == member)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / _target_name(content)
    return target if cutter(content, register, perimeter, target) else None


def _target_name(content: Content) -> str:
    name = PurePosixPath(content.name).name.removesuffix(".gz")
    if content.kind in {"geopackage", "shapefile", "json"}:
        # The archive bears the date that its layer often lacks.
        outer, stem = content.path.name.split(".")[0], name.rsplit(".", 1)[0]
        return f"{stem if stem == outer else f'{outer}_{stem}'}.gpkg"
    return name


def _cut_iris(content: Content, register: RegisterName, perimeter: Perimeter, target: Path) -> int:
    """Keep the IRIS of whole communes: one that lacks an IRIS would have a wrong contour."""
    columns = open_layer(content).columns
    found = _matched(LAYERS, columns, register, content)
    column = columns[found.positions["code"]].replace('"', '""')
    codes = [code for code in perimeter.prefixes if CODE.fullmatch(code)]
    where = " OR ".join(f"\"{column}\" LIKE '{code}%'" for code in codes)
    return _copy_layer(content, target, where=where)


def _cut_layer(content: Content, register: RegisterName, perimeter: Perimeter, target: Path) -> int:
    """Keep the polygons that meet the place."""
    # Settled as when it is loaded: some layers do not say, or wrongly, how they are projected.
    srid = recognise_layer(open_layer(content), register).srid or WGS84
    there = Transformer.from_crs(WGS84, srid, always_xy=True)
    mask = shapely.transform(
        perimeter.contours, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1]))
    )
    return _copy_layer(content, target, mask=shapely.make_valid(mask))


def _copy_layer(content: Content, target: Path, **selection: object) -> int:
    import pyogrio  # noqa: PLC0415 - 100 MB and a second, for who reads a layer

    source = content.gdal_path()
    meta, _, wkb, values = pyogrio.raw.read(source, layer=layer_name(content, source), **selection)
    if not len(wkb):
        return 0
    target.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        pyogrio.raw.write(
            target,
            geometry=wkb,
            field_data=values,
            fields=meta["fields"],
            crs=meta["crs"],
            geometry_type=meta["geometry_type"],
            layer=target.stem,
            driver="GPKG",
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return len(wkb)


def _cut_table(content: Content, register: RegisterName, perimeter: Perimeter, target: Path) -> int:
    """Keep the lines whose commune or IRIS is in the place."""
    table = sniff_delimited(content)
    found = _matched(TABLES, table.header, register, content)
    where = found.positions["iris_code" if register == "iris_population" else "commune_code"]
    prefixes = perimeter.prefixes

    def lies_here(fields: list[str]) -> bool:
        return len(fields) > where and fields[where].startswith(prefixes)

    return _write_lines(table, target, lies_here)


def _cut_persons(content: Content, register: RegisterName, perimeter: Perimeter, target: Path) -> int:
    """Keep every line of the persons who practise somewhere in the place."""
    table = sniff_delimited(content)
    at = _matched(TABLES, table.header, register, content).positions
    person = at["national_id"]
    places = [at[name] for name in ("commune_code", "postcode", "bureau_cedex", "finess")]
    width = len(table.header)
    here = {
        fields[person]
        for _, fields in _lines(table)
        if len(fields) == width and perimeter.holds_line(*(fields[place] for place in places))
    }
    return _write_lines(table, target, lambda fields: len(fields) == width and fields[person] in here)


def _lines(table: Delimited) -> Iterator[tuple[str, list[str]]]:
    """Yield each line after the header with its fields."""
    for start, lines in line_blocks(table):
        for number, line in enumerate(lines, start):
            if number > table.header_lines and line:
                plain = "|" in table.delimiter or '"' not in line
                fields = line.split(table.delimiter) if plain else split_quoted(line, table.delimiter)
                yield line, fields


def _write_lines(table: Delimited, target: Path, keep: Callable[[list[str]], bool]) -> int:
    """Write the header and the lines to keep, as they came; return how many."""
    kept = 0
    with target.open("w", encoding=table.encoding, newline="\n") as out:
        out.writelines(f"{line}\n" for line in _header(table))
        for line, fields in _lines(table):
            if keep(fields):
                out.write(f"{line}\n")
                kept += 1
    return kept


def _header(table: Delimited) -> Iterable[str]:
    return next(line_blocks(table))[1][: table.header_lines]


def _matched(
    variants: tuple[Variant, ...], columns: tuple[str, ...], register: RegisterName, content: Content
) -> Match:
    found = chosen(variants, columns, register)
    if found is None or not found.complete:
        raise unknown(content.path, columns, found, register)
    return found


def _cut_extract(content: Content, _register: RegisterName, perimeter: Perimeter, target: Path) -> int:
    """Keep the ways that touch the box, whole, and the areas they bound."""
    source = str(content.path)
    west, south, east, north = perimeter.box
    wanted = osmium.IdTracker()
    kept = 0
    for node in cast(Iterable[osmium.osm.Node], osmium.FileProcessor(source, osmium.osm.NODE)):
        place = node.location
        if west <= place.lon <= east and south <= place.lat <= north:
            wanted.add_node(node.id)
            kept += 1
    wanted.complete_forward_references(source, relation_depth=0)
    ways = wanted.way_ids()
    areas = osmium.FileProcessor(source, osmium.osm.RELATION).with_filter(
        osmium.filter.TagFilter(("type", "multipolygon"))
    )
    for area in cast(Iterable[osmium.osm.Relation], areas):
        if any(member.type == "w" and ways.get(member.ref) for member in area.members):
            wanted.add_relation(area.id)
    wanted.complete_backward_references(source, relation_depth=1)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for found in osmium.FileProcessor(source).with_filter(wanted.id_filter()):
            writer.add(found)
    return kept


CUTTERS: dict[str, Callable[[Content, RegisterName, Perimeter, Path], int]] = {
    "iris": _cut_iris,
    "iris_population": _cut_table,
    "ban": _cut_table,
    "filosofi": _cut_layer,
    "qpv": _cut_layer,
    "annuaire": _cut_persons,
    "osm": _cut_extract,
}

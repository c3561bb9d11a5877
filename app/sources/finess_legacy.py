"""FINESS etalab-cs1100507: a banner, no header, establishments first and their coordinates after them.

The same records are also found re-saved by a spreadsheet, with a header and with numbers it damaged.
"""

from collections.abc import Iterator
from datetime import date

from app.sources.assemble import assemble
from app.sources.columns import Record, Variant, normalise
from app.sources.containers import Content
from app.sources.delimited import BAD_WIDTH, Delimited, line_blocks, refuse_too_many, sniff_delimited
from app.sources.finess import COMMON, REQUIRED, convert
from app.sources.refusal import refusal
from app.sources.rows import Rejects, Row
from app.sources.texts import iso_date

STRUCTURE_TEXT = (
    "structureet nofinesset nofinessej rs rslongue complrs compldistrib numvoie typvoie voie compvoie "
    "lieuditbp commune departement libdepartement ligneacheminement telephone telecopie categetab "
    "libcategetab categagretab libcategagretab siret codeape codemft libmft codesph libsph dateouv "
    "dateautor datemaj numuai"
)
STRUCTURE = tuple(STRUCTURE_TEXT.split())
PLACE_FIELDS = 6
VARIANT = Variant(
    "finess",
    "etalab-cs1100507, deux sortes de lignes sans en-tête",
    REQUIRED,
    {
        **COMMON,
        "commune": ("commune",),
        "category_name": ("libcategetab",),
        "opened": ("dateouv",),
        "projected_x": ("coordxet",),
        "projected_y": ("coordyet",),
        "coordinate_source": ("sourcecoordet",),
    },
    convert=convert,
    point=("x", "y"),
    latin1=True,
)
DAMAGED = "etalab-cs1100507 enregistré par un tableur"
KEYS = {
    STRUCTURE.index(names[0]): key
    for key, names in {**VARIANT.required, **VARIANT.optional}.items()
    if names[0] in STRUCTURE
}
Places = dict[str, tuple[str, str, str]]


def open_legacy(content: Content) -> Delimited | None:
    """Return the text when its first lines are those of this format, else None."""
    table = sniff_delimited(content)
    first = tuple(normalise(name) for name in table.header[:2])
    if first[0] in ("structureet", "geolocalisation") or first in (
        ("finess", "etalab"),
        ("finess", "nofinesset"),
    ):
        return Delimited(content, STRUCTURE, ";", table.encoding, quoted=False, header_lines=0)
    return None


def opening(table: Delimited) -> list[str]:
    """Return the fields of the first line: banner, header or record."""
    return (
        table.content.head.decode(table.encoding, "replace").removeprefix("\ufeff").split("\n")[0].split(";")
    )


def banner_date(table: Delimited) -> date | None:
    """Return the date of the banner line, None when there is no banner."""
    fields = [field.strip() for field in opening(table)]
    text = iso_date(fields[3]) if len(fields) > 3 and fields[1] == "etalab" else None
    return date.fromisoformat(text) if text else None


def is_damaged(table: Delimited) -> bool:
    """Say whether a spreadsheet saved the file: it then bears a header that the original has not."""
    return [normalise(name) for name in opening(table)[:2]] == ["finess", "nofinesset"]


def is_documentation(table: Delimited) -> bool:
    """Say whether the file holds only the names of the columns."""
    lines = [line for line in table.content.head.splitlines() if line.strip()]
    return len(lines) == 1 and b"nofinesset" in lines[0]


def legacy_rows(table: Delimited, rejects: Rejects) -> Iterator[Row]:
    """Yield the establishments with their coordinates. Raises SourceError when the file is cut or broken."""
    places, last = _places(table, rejects)
    yield from assemble(table.path, VARIANT, _structures(table, places, rejects, last), rejects)


def _places(table: Delimited, rejects: Rejects) -> tuple[Places, int]:
    """Return coordinates by establishment, and the number of the last line if no end of line closes it."""
    places: Places = {}
    number, line = 0, ""
    for start, lines in line_blocks(table):
        for number, line in enumerate(lines, start):
            if not line.startswith("geolocalisation;") or line.startswith("geolocalisation;nofinesset"):
                continue
            fields = line.rstrip(";").split(";")
            if len(fields) < PLACE_FIELDS:
                rejects.add(number, "ligne de géolocalisation incomplète", f"{len(fields)} champs")
                continue
            places[fields[1].zfill(9)] = (fields[2], fields[3], ";".join(fields[4:-1]))
    return places, number if line else 0


def _structures(
    table: Delimited, places: Places, rejects: Rejects, last: int
) -> Iterator[tuple[int, Record]]:
    seen = bad = 0
    for start, lines in line_blocks(table):
        for number, line in enumerate(lines, start):
            kind, _, rest = line.partition(";")
            if kind != "structureet" or rest.startswith("nofinesset;"):
                if kind not in ("geolocalisation", "structureet") and number > 1 and line.strip():
                    rejects.add(number, "sorte de ligne inconnue", kind)
                continue
            seen += 1
            fields = line.split(";")
            if not len(STRUCTURE) - 1 <= len(fields) <= len(STRUCTURE) + 1:
                if number == last:
                    raise refusal(
                        table.path, "Le fichier est coupé : sa dernière ligne est incomplète", line=number
                    )
                bad += 1
                rejects.add(number, BAD_WIDTH, f"{len(fields)} champs au lieu de {len(STRUCTURE)}")
                continue
            record: Record = {key: fields[i].strip() or None for i, key in KEYS.items()}
            x, y, source = places.get(fields[1].zfill(9), ("", "", ""))
            record |= {"projected_x": x, "projected_y": y, "coordinate_source": source}
            yield number, record
    refuse_too_many(table.path, bad, seen, rejects)

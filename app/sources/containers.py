"""What a file is made of, by its first bytes: plain, gzip, zip or 7z, and which members are worth reading."""

import gzip
import re
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal, cast

from app.sources.archives import BIGGER, SEVEN_ZIP, UNPACK, Member, Unpacked, refuse_unsafe
from app.sources.refusal import refusal
from app.sources.streams import BoundedStream, reading
from app.sources.texts import french_count

Kind = Literal["text", "json", "geopackage", "shapefile", "osm_xml", "osm_pbf", "gtfs"]
Wrapping = Literal["plain", "gzip", "zip", "7z"]

HEAD_BYTES = 1 << 20

FOREIGN = (
    (b"Rar!", "une archive RAR", UNPACK),
    (b"BZh", "une archive bzip2", UNPACK),
    (b"\xfd7zXZ\x00", "une archive xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "une archive zstd", UNPACK),
    (b"%PDF", "un document PDF", "Donnez le fichier de données lui-même."),
    (b"PAR1", "un fichier Parquet", "Donnez la version CSV, GeoPackage ou GeoJSON."),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel", "Enregistrez la feuille en CSV (UTF-8)."),
)
# Maps written in XML, by what their first element bears.
DRAWN = ((b"<kml", "KML"), (b"opengis.net/gml", "GML"), (b"<gpx", "GPX"))
EXPORT = "Exportez-le en GeoJSON ou en GeoPackage, par exemple avec QGIS (Exporter, Sauvegarder les entités)."


@dataclass(frozen=True, slots=True)
class Content:
    """One readable thing: a file, or one member of an archive. ``head`` is its beginning, decompressed.

    ``unpacked`` is the folder where the members of a 7z lie.
    """

    path: Path
    member: str | None
    wrapping: Wrapping
    kind: Kind
    head: bytes
    size: int
    max_bytes: int
    unpacked: Unpacked | None = None

    @property
    def name(self) -> str:
        """Return the name that describes the content best."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    @property
    def whole(self) -> bool:
        """Say whether ``head`` is everything there is."""
        return len(self.head) < HEAD_BYTES

    @contextmanager
    def open(self) -> Iterator[BoundedStream]:
        """Open the decompressed bytes, bounded in size and ratio; damage becomes a refusal."""
        with reading(self.path), self._raw() as raw:
            yield BoundedStream(raw, self.path, self.max_bytes, self.path.stat().st_size)

    def _raw(self) -> AbstractContextManager[IO[bytes]]:
        if self.unpacked is not None:
            return _raw(self.unpacked.folder / str(self.member), "plain", None)
        return _raw(self.path, self.wrapping, self.member)

    def gdal_path(self) -> str:
        """Return the name under which GDAL opens this layer."""
        if self.unpacked is not None:
            return str(self.unpacked.folder / str(self.member))
        if self.wrapping == "zip":
            return f"/vsizip/{{{self.path.resolve()}}}/{self.member}"
        return str(self.path.resolve())


@contextmanager
def _raw(path: Path, wrapping: Wrapping, member: str | None) -> Iterator[IO[bytes]]:
    if wrapping == "gzip":
        with gzip.GzipFile(path) as stream:
            yield cast(IO[bytes], stream)
    elif wrapping == "zip":
        with zipfile.ZipFile(path) as archive, archive.open(str(member)) as entry:
            yield entry
    else:
        with path.open("rb") as plain:
            yield plain


def contents(path: Path, max_bytes: int) -> list[Content]:
    """Return what can be read in a file, the most likely first.

    Raises SourceError for what is no source at all: missing, empty, a web page, a foreign or unsafe archive.
    """
    if not path.is_file():
        raise refusal(path, "Ce fichier n'existe pas ou n'est pas un fichier", "Vérifiez son chemin.")
    with reading(path), path.open("rb") as stream:
        magic = stream.read(HEAD_BYTES)
    size = path.stat().st_size
    if not magic:
        raise refusal(path, "Le fichier est vide (0 octet)")
    if size > max_bytes:
        raise refusal(
            path, f"Le fichier dépasse la taille permise ({french_count(max_bytes)} octets)", BIGGER
        )
    _refuse_foreign(path, magic)
    if magic.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_contents(path, max_bytes)
    if magic.startswith(SEVEN_ZIP):
        return _seven_zip_contents(path, max_bytes)
    wrapping: Wrapping = "gzip" if magic.startswith(b"\x1f\x8b") else "plain"
    head = _head(path, wrapping, None, max_bytes, size) if wrapping == "gzip" else magic
    return [Content(path, None, wrapping, _kind_or_refuse(path, None, head), head, size, max_bytes)]


def _head(path: Path, wrapping: Wrapping, member: str | None, max_bytes: int, size: int) -> bytes:
    with reading(path), _raw(path, wrapping, member) as raw:
        head = BoundedStream(raw, path, max_bytes, size).read(HEAD_BYTES)
    if not head:
        what = f"« {member} » est vide" if member else "Le fichier compressé ne contient rien"
        raise refusal(path, what)
    return head


def _refuse_foreign(path: Path, head: bytes) -> None:
    for magic, what, hint in FOREIGN:
        if head.startswith(magic):
            raise refusal(path, f"Le fichier est {what}, que l'observatoire ne lit pas", hint)


def _kind_or_refuse(path: Path, member: str | None, head: bytes) -> Kind:
    _refuse_foreign(path, head)
    kind = sniff(head, (member or path.name).lower())
    if kind is None:
        raise refusal(
            path,
            "Le fichier est un morceau de Shapefile",
            "Donnez le fichier .shp, entouré de ses .dbf, .shx et .prj, ou un zip des quatre.",
        )
    if kind == "html":
        title = re.search(rb"<title[^>]*>([^<]{1,80})", head, re.IGNORECASE)
        shown = f" (« {title[1].decode('utf-8', 'replace').strip()} »)" if title else ""
        raise refusal(path, f"C'est une page web (HTML){shown}, pas un fichier de données")
    if kind == "xml":
        if form := next((name for mark, name in DRAWN if mark in head[:4096].lower()), None):
            raise refusal(path, f"C'est un fichier {form}, que l'observatoire ne lit pas", EXPORT)
        raise refusal(path, "C'est un fichier XML qui ne vient pas d'OpenStreetMap")
    if kind == "archive":
        raise refusal(path, "L'archive contient une autre archive", UNPACK)
    return kind


def sniff(head: bytes, name: str) -> Kind | Literal["html", "xml", "archive"] | None:
    """Return the kind of the first bytes; the name only tells a .shx from the .shp, which begin alike."""
    if head.startswith(b"SQLite format 3\x00"):
        return "geopackage"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return None if name.endswith(".shx") else "shapefile"
    if re.match(rb"[\x00-\xff]{4}\x0a\x09OSMHeader", head):
        return "osm_pbf"
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b", SEVEN_ZIP)):
        return "archive"
    if name.endswith(".dbf") and head[:1] in b"\x03\x30\x83\x8b":
        return None
    return _text_kind(head)


def _text_kind(head: bytes) -> Kind | Literal["html", "xml"]:
    start = head[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<") and b"<html" in start):
        return "html"
    if start.startswith(b"<"):
        return "osm_xml" if re.search(rb"<osm[\s>]", start) else "xml"
    return "json" if start.startswith((b"{", b"[")) else "text"


def _zip_contents(path: Path, max_bytes: int) -> list[Content]:
    with reading(path), zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _refuse_unsafe(path, entries, max_bytes)
    names = {PurePosixPath(entry.filename).name: entry for entry in entries}
    if "[Content_Types].xml" in names:
        raise refusal(path, "Le fichier est un classeur Excel", "Enregistrez la feuille en CSV (UTF-8).")
    if "stops.txt" in names:
        stops = names["stops.txt"]
        total = sum(entry.file_size for entry in entries)
        return [Content(path, stops.filename, "zip", "gtfs", b"", total, max_bytes)]
    found = [content for entry in entries if (content := _member(path, entry, max_bytes))]
    return _ranked(path, found)


def _seven_zip_contents(path: Path, max_bytes: int) -> list[Content]:
    # Imported here: the library takes as long and as much as the rest of a process that reads plain lines.
    from app.sources.seven_zip import unpack  # noqa: PLC0415

    unpacked, members = unpack(path, max_bytes)
    found = []
    for member in members:
        if _skipped(member):
            continue
        with reading(path), (unpacked.folder / member.name).open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if _readable(head, member.name):
            kind = _kind_or_refuse(path, member.name, head)
            found.append(Content(path, member.name, "7z", kind, head, member.size, max_bytes, unpacked))
    return _ranked(path, found)


def _ranked(path: Path, found: list[Content]) -> list[Content]:
    if not found:
        raise refusal(path, "L'archive ne contient aucun fichier lisible")
    return sorted(found, key=lambda content: ("wgs84" not in content.name.lower(), -content.size))


def _skipped(member: Member) -> bool:
    name = PurePosixPath(member.name).name
    return (
        member.size == 0
        or member.name.startswith("__MACOSX/")
        or name.startswith(".")
        or (name.lower().endswith((".prj", ".cpg", ".qmd", ".sbn", ".sbx", ".pdf", ".md5")))
    )


def _readable(head: bytes, name: str) -> bool:
    foreign = any(head.startswith(magic) for magic, _, _ in FOREIGN)
    return not foreign and sniff(head, name.lower()) not in {None, "html", "xml"}


def _member(path: Path, entry: zipfile.ZipInfo, max_bytes: int) -> Content | None:
    name = entry.filename
    if _skipped(Member(name, entry.file_size)):
        return None
    head = _head(path, "zip", name, max_bytes, path.stat().st_size)
    if not _readable(head, name):
        return None
    return Content(path, name, "zip", _kind_or_refuse(path, name, head), head, entry.file_size, max_bytes)


def _refuse_unsafe(path: Path, entries: list[zipfile.ZipInfo], max_bytes: int) -> None:
    refuse_unsafe(path, [Member(entry.filename, entry.file_size) for entry in entries], max_bytes)
    for entry in entries:
        if entry.flag_bits & 1:
            raise refusal(path, f"« {entry.filename} » est protégé par un mot de passe", UNPACK)
        BoundedStream.refuse_ratio(path, entry.file_size, entry.compress_size)

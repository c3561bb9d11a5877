"""What a file is made of, by its first bytes: plain, gzip or zip, and which members are worth reading."""

import gzip
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal, cast

from app.sources.refusal import refusal
from app.sources.streams import BoundedStream, reading
from app.sources.texts import french_count

Kind = Literal["text", "json", "geopackage", "shapefile", "osm_xml", "osm_pbf", "gtfs"]
Wrapping = Literal["plain", "gzip", "zip"]

HEAD_BYTES = 1 << 20
MEMBERS_MAX = 500
UNPACK = "Décompressez-le d'abord, puis donnez le fichier qu'il contient."

FOREIGN = (
    (b"7z\xbc\xaf\x27\x1c", "une archive 7z", UNPACK),
    (b"Rar!", "une archive RAR", UNPACK),
    (b"BZh", "une archive bzip2", UNPACK),
    (b"\xfd7zXZ\x00", "une archive xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "une archive zstd", UNPACK),
    (b"%PDF", "un document PDF", "Donnez le fichier de données lui-même."),
    (b"PAR1", "un fichier Parquet", "Donnez la version CSV, GeoPackage ou GeoJSON."),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel", "Enregistrez la feuille en CSV (UTF-8)."),
)


@dataclass(frozen=True, slots=True)
class Content:
    """One readable thing: a file, or one member of an archive. ``head`` is its beginning, decompressed."""

    path: Path
    member: str | None
    wrapping: Wrapping
    kind: Kind
    head: bytes
    size: int
    max_bytes: int

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
        with reading(self.path), _raw(self.path, self.wrapping, self.member) as raw:
            yield BoundedStream(raw, self.path, self.max_bytes, self.path.stat().st_size)

    def gdal_path(self) -> str:
        """Return the name under which GDAL opens this layer."""
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
            path, f"Le fichier dépasse la taille permise ({french_count(max_bytes)} octets)", _BIGGER
        )
    _refuse_foreign(path, magic)
    if magic.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_contents(path, max_bytes)
    wrapping: Wrapping = "gzip" if magic.startswith(b"\x1f\x8b") else "plain"
    head = _head(path, wrapping, None, max_bytes, size) if wrapping == "gzip" else magic
    return [Content(path, None, wrapping, _kind_or_refuse(path, None, head), head, size, max_bytes)]


_BIGGER = "Augmentez OBSERVATOIRE_MAX_FILE_BYTES si le fichier est bien celui que vous voulez."


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
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
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
    if not found:
        raise refusal(path, "L'archive ne contient aucun fichier lisible")
    return sorted(found, key=lambda content: ("wgs84" not in content.name.lower(), -content.size))


def _member(path: Path, entry: zipfile.ZipInfo, max_bytes: int) -> Content | None:
    name = entry.filename
    if entry.file_size == 0 or name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("."):
        return None
    if name.lower().endswith((".prj", ".cpg", ".qmd", ".sbn", ".sbx", ".pdf")):
        return None
    head = _head(path, "zip", name, max_bytes, path.stat().st_size)
    kind = sniff(head, name.lower())
    if kind in {None, "html", "xml"} or any(head.startswith(magic) for magic, _, _ in FOREIGN):
        return None
    return Content(path, name, "zip", _kind_or_refuse(path, name, head), head, entry.file_size, max_bytes)


def _refuse_unsafe(path: Path, entries: list[zipfile.ZipInfo], max_bytes: int) -> None:
    if not entries:
        raise refusal(path, "L'archive est vide")
    if len(entries) > MEMBERS_MAX:
        raise refusal(path, f"L'archive contient plus de {MEMBERS_MAX} fichiers", UNPACK)
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise refusal(
                path, f"L'archive contient un chemin qui sort de son dossier : « {entry.filename} »"
            )
        if entry.flag_bits & 1:
            raise refusal(path, f"« {entry.filename} » est protégé par un mot de passe", UNPACK)
    total = sum(entry.file_size for entry in entries)
    if total > max_bytes:
        raise refusal(
            path,
            f"L'archive, décompressée, dépasse la taille permise ({french_count(max_bytes)} octets)",
            _BIGGER,
        )
    for entry in entries:
        BoundedStream.refuse_ratio(path, entry.file_size, entry.compress_size)

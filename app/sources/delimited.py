"""Delimited text: header, encoding and lines with their numbers, whatever the separator.

Lines are read in blocks of one megabyte, so that a file costs the same memory whatever its size.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.errors import SourceError
from app.sources.columns import normalise
from app.sources.containers import Content
from app.sources.refusal import refusal
from app.sources.rows import Rejects
from app.sources.texts import french_count

BLOCK_BYTES = 1 << 20
DELIMITERS = "|;,\t"
TOLERATED_SHARE = 0.01
TOLERATED_LINES = 2
BAD_WIDTH = "nombre de champs différent de celui de l'en-tête"
BOM = "\ufeff"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Delimited:
    """A delimited text whose header has been read. ``quoted`` says whether quotes have a meaning."""

    content: Content
    header: tuple[str, ...]
    delimiter: str
    encoding: str
    quoted: bool = True
    header_lines: int = 1

    @property
    def path(self) -> Path:
        """Return the file the text is in."""
        return self.content.path

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns that have a name."""
        return tuple(name for name in self.header if name)


def sniff_delimited(content: Content) -> Delimited:
    """Read the encoding, the separator and the header. Raises SourceError when there is no usable header."""
    encoding = _encoding(content)
    first, number = _first_line(content, encoding)
    delimiter = max(DELIMITERS, key=first.count)
    header = tuple(name.strip() for name in split_quoted(first, delimiter))
    return Delimited(content, header, delimiter, encoding, header_lines=number)


def refuse_duplicates(table: Delimited) -> None:
    """Raise when two columns of the header bear the same name."""
    seen: dict[str, str] = {}
    for name in table.names:
        key = normalise(name)
        if key and key in seen:
            what = f"La colonne « {name} » figure deux fois dans l'en-tête"
            raise refusal(table.path, what, line=1, column=name)
        seen[key] = name


def _encoding(content: Content) -> str:
    if content.head.startswith(UTF16):
        raise refusal(
            content.path,
            "Le fichier est en UTF-16, alors que l'UTF-8 est attendu",
            "Enregistrez-le en UTF-8, ou téléchargez l'original.",
            line=1,
        )
    text = content.head if content.whole else content.head[: content.head.rfind(b"\n") + 1]
    shown = text.decode("utf-8", "replace")
    wrong = shown.count("\ufffd") - text.count("\ufffd".encode())
    if not wrong:
        return "utf-8"
    right = sum(not char.isascii() for char in text.decode("utf-8", "ignore").replace("\ufffd", ""))
    # A few wrong bytes among well-formed accents are damage in UTF-8, to be refused where they stand.
    return "latin-1" if wrong > right else "utf-8"


def _first_line(content: Content, encoding: str) -> tuple[str, int]:
    _refuse_nul(content.path, content.head, 1)
    if b"\n" not in content.head and not content.whole:
        raise too_long(content.path, 1)
    text = content.head.decode(encoding, "replace").removeprefix(BOM)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            return line.rstrip("\r"), number
    raise refusal(content.path, "Le fichier ne contient que des lignes vides", line=1)


def split_quoted(line: str, delimiter: str) -> list[str]:
    """Split one line in which a field may be between double quotes."""
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter))


def byte_blocks(table: Delimited) -> Iterator[tuple[int, bytes]]:
    """Yield blocks of whole lines as they are, each with the number of its first line (1-based).

    The line feed between two blocks is in neither. The last block is empty when the file ends with one.
    """
    number, rest = 1, b""
    with table.content.open() as stream:
        while piece := stream.read(BLOCK_BYTES):
            cut = piece.rfind(b"\n")
            if cut < 0:
                rest += piece
                if len(rest) > BLOCK_BYTES:
                    raise too_long(table.path, number)
                continue
            block, rest = rest + piece[:cut], piece[cut + 1 :]
            yield number, block
            number += block.count(b"\n") + 1
    yield number, rest


def line_blocks(table: Delimited) -> Iterator[tuple[int, list[str]]]:
    """Yield blocks of decoded lines, each with the number of its first line (1-based), empty lines included.

    The end of line is removed. The last block ends with "" when the file ends with an end of line.
    """
    for number, block in byte_blocks(table):
        yield number, split_lines(decoded(table, block, number))


def decoded(table: Delimited, block: bytes, number: int) -> str:
    """Return the text of a block that begins with line ``number``; raises SourceError for wrong bytes."""
    _refuse_nul(table.path, block, number)
    try:
        text = block.decode(table.encoding)
    except UnicodeDecodeError as e:
        raise _undecodable(table, block, number, e) from e
    return text.removeprefix(BOM) if number == 1 else text


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends of line."""
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def _undecodable(table: Delimited, block: bytes, number: int, cause: UnicodeDecodeError) -> SourceError:
    line = number + block.count(b"\n", 0, cause.start)
    start = block.rfind(b"\n", 0, cause.start) + 1
    rank = block.count(table.delimiter.encode(), start, cause.start)
    column = table.header[rank] if rank < len(table.header) else None
    what = f"L'octet 0x{block[cause.start]:02X} n'est pas de l'UTF-8, encodage attendu"
    hint = "Le fichier a sans doute été enregistré de nouveau par un tableur : prenez l'original."
    return refusal(table.path, what, hint, line=line, column=column)


def refuse_latin1(table: Delimited) -> None:
    """Raise for a file that is not UTF-8, naming the first byte that is not."""
    head = table.content.head
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as e:
        raise _undecodable(table, head, 1, e) from e


def _refuse_nul(path: Path, block: bytes, number: int) -> None:
    where = block.find(b"\x00")
    if where >= 0:
        line = number + block.count(b"\n", 0, where)
        raise refusal(path, "La ligne contient un octet nul : le fichier n'est pas du texte", line=line)


def too_long(path: Path, line: int) -> SourceError:
    """Return the refusal of a file of which a line is longer than a block."""
    what = f"La ligne dépasse {BLOCK_BYTES >> 20} Mo : ce n'est pas un fichier de lignes, ou il est abîmé"
    return refusal(path, what, line=line)


def records(table: Delimited, rejects: Rejects) -> Iterator[tuple[int, list[str]]]:
    """Yield each line after the header as fields, with its number; lines of another width are rejected.

    Quotes are tried first, then taken as plain characters when the number of fields says so. Raises
    SourceError when more than 1 % of the lines do not have the width of the header.
    """
    width, delimiter, seen, bad = len(table.header), table.delimiter, 0, 0
    repeated = tuple(normalise(name) for name in table.header)
    for start, lines in line_blocks(table):
        for number, line in enumerate(lines, start):
            if number <= table.header_lines or not line.strip():
                continue
            fields = _fields(line, delimiter, width, quoted=table.quoted)
            seen += 1
            if len(fields) == width:
                yield number, fields
            elif tuple(map(normalise, fields[:2])) == repeated[:2]:
                rejects.remark("ligne d'en-tête répétée, passée")
            else:
                bad += 1
                rejects.add(number, BAD_WIDTH, f"{len(fields)} champs au lieu de {width}")
    refuse_too_many(table.path, bad, seen, rejects)


def _fields(line: str, delimiter: str, width: int, *, quoted: bool) -> list[str]:
    plain = line.split(delimiter)
    if not quoted or '"' not in line:
        fields = plain
    else:
        parsed = split_quoted(line, delimiter)
        fields = plain if len(parsed) != width and len(plain) == width else parsed
    if len(fields) == width + 1 and not fields[-1]:
        fields.pop()
    return fields


def refuse_too_many(path: Path, bad: int, seen: int, rejects: Rejects) -> None:
    """Raise when more than 1 % of the lines (and more than two) have a wrong number of fields."""
    if bad > TOLERATED_LINES and bad > TOLERATED_SHARE * seen:
        line, found = rejects.examples[BAD_WIDTH][0]
        share = f"{french_count(bad)} lignes sur {french_count(seen)}"
        what = f"{share} n'ont pas le bon nombre de champs (la première : {found})"
        raise refusal(path, what, line=line)


def header_only(table: Delimited) -> bool:
    """Say whether nothing but header lines follows the header."""
    if not table.content.whole:
        return False
    lines = table.content.head.decode(table.encoding, "replace").splitlines()[table.header_lines :]
    first = normalise(table.header[0])
    return all(not line.strip() or normalise(line.split(table.delimiter)[0]) == first for line in lines)


def first_records(table: Delimited, count: int) -> list[list[str]]:
    """Return the fields of the first lines after the header, for a look at what they hold."""
    found = records(table, Rejects())
    try:
        return [fields for _, fields in islice(found, count)]
    finally:
        found.close()  # type: ignore[attr-defined]

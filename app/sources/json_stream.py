"""Elements of a large JSON file one by one: a list, or an object whose values are lists or objects.

The whole text is never in memory: registers in JSON weigh hundreds of megabytes.
"""

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from app.errors import SourceError
from app.sources.containers import Content
from app.sources.refusal import refusal
from app.sources.streams import BoundedStream

CHUNK_BYTES = 1 << 20
ELEMENT_MAX = 64 << 20
SPACES = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Element:
    """One element: ``key`` is the name of the list it stands in (None at the top), ``rank`` starts at 1."""

    key: str | None
    rank: int
    line: int
    value: object


class JsonReader:
    """A cursor over decoded JSON text that reads more bytes when a value is not complete yet."""

    def __init__(self, stream: BoundedStream, content: Content) -> None:
        self._stream = stream
        self._content = content
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._parse = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False

    def line(self) -> int:
        """Return the line of the cursor, 1-based; only what was passed since the last call is counted."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def elements(self) -> Iterator[Element]:
        """Yield every element of the top list, or of each member of the top object, in file order."""
        if self._peek() == "[":
            yield from self._list(None)
        elif self._peek() == "{":
            yield from self._members()
        else:
            raise self._broken("le texte ne commence ni par « { » ni par « [ »")
        if self._peek():
            raise self._broken("du texte suit la fin du document")

    def _members(self) -> Iterator[Element]:
        self._at += 1
        while (mark := self._peek()) != "}":
            if mark == ",":
                self._at += 1
                self._peek()
            key = self._value()
            if not isinstance(key, str) or self._peek() != ":":
                raise self._broken("un nom suivi de « : » est attendu")
            self._at += 1
            if self._peek() == "[":
                yield from self._list(key)
            else:
                yield Element(key, 0, self.line(), self._value())
        self._at += 1

    def _list(self, key: str | None) -> Iterator[Element]:
        self._at += 1
        rank = 0
        while (mark := self._peek()) != "]":
            if mark == "," and rank:
                self._at += 1
                self._peek()
            elif rank:
                raise self._broken("une virgule ou « ] » est attendue")
            rank += 1
            line = self.line()
            yield Element(key, rank, line, self._value())
        self._at += 1

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in SPACES:
                    return self._text[self._at]
                self._at += 1
            if not self._more(CHUNK_BYTES):
                return ""

    def _value(self) -> object:
        self._peek()
        size = CHUNK_BYTES
        while True:
            try:
                value, end = self._parse(self._text, self._at)
            except json.JSONDecodeError as e:
                if len(self._text) - self._at > ELEMENT_MAX or not self._more(size):
                    raise self._broken("la valeur n'est pas complète ou pas valable") from e
                size *= 2
            except ValueError as e:
                raise self._broken("un nombre est démesuré") from e
            except RecursionError as e:
                raise self._broken("les valeurs sont emboîtées trop profondément") from e
            else:
                if end == len(self._text) and self._more(size):
                    continue
                self._at = end
                return cast(object, value)

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        piece = self._stream.read(size)
        self._ended = not piece
        try:
            text = self._decode.decode(piece, final=self._ended)
        except UnicodeDecodeError as e:
            raise self._broken("le texte n'est pas en UTF-8") from e
        self.line()
        self._text = self._text[self._at :] + text
        self._at = self._counted = 0
        return not self._ended or bool(text)

    def _broken(self, why: str) -> SourceError:
        cut = "Le fichier JSON est coupé" if self._ended else "Le fichier JSON est mal formé"
        return refusal(self._content.path, f"{cut} : {why}", line=self.line())


def json_elements(content: Content) -> Iterator[Element]:
    """Yield the elements of a JSON file. Raises SourceError with the line when it is cut or malformed."""
    with content.open() as stream:
        yield from JsonReader(stream, content).elements()

"""A whole annuaire read into rows, for a store that knows nobody: what with, and what that gives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.sources.annuaire import Annuaire, LastBroken
from app.sources.rows import Rejects
from app.supply.site import NEW_SITE

# Of the rows of each table.
COLUMNS = {
    "practitioner": ("key", "id", "family_name", "given_name", "civility"),
    "exercise": ("id", "skills", "modes", "sectors", "liberal", "ambulatory"),
    "practice": ("id", "practitioner_id", "site_id", "exercise_id", "profession_code", "valid", "name"),
    "written_address": ("md5", "site_id"),
    "site": ("id", *NEW_SITE),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Bytes read, and rows to COPY in text form by table; people and ways of writing lack what is hashed.

    Keys of people are those of ``identities``, and ``texts`` are the ways of writing, a line each. ``known``
    is what is to be remembered of these people (``KNOWN``), without the heads of their keys.
    """

    read: int
    identities: bytes = b""
    known: bytes = b""
    texts: bytes = b""
    practitioner: bytes = b""
    exercise: bytes = b""
    practice: bytes = b""
    written_address: bytes = b""
    site: bytes = b""


@dataclass(frozen=True, slots=True)
class Refused:
    """Lines that are not usable: counted by reason, and the last one of a wrong width."""

    rejects: Rejects = field(default_factory=Rejects)
    broken: LastBroken = field(default_factory=LastBroken)


@dataclass(slots=True)
class WholeRead:
    """What the whole file says: lines kept and refused, numbers of the last line, way of practising and site.

    Then what came too late for the rows of sites: ``better`` are rows that say more than those given before;
    ``renamed`` are sites of several names, ``doubtful`` those that are abroad for some lines.
    """

    kept: int = 0
    last: int = 0
    last_exercise: int = 1
    refused: Refused = field(default_factory=Refused)
    last_site: int = 0
    better: bytes = b""
    renamed: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WholeAnnuaire:
    """The people, practices and places of ``source`` from a vintage on; ``known`` are sites of the store."""

    source: Annuaire
    secret: str
    vintage: date
    known: Mapping[str, int]

    def chunks(self) -> Iterator[Rows | WholeRead]:
        """Yield the rows of some blocks after the others, then what the whole file says.

        Raises SourceError for bytes that are not text.
        """
        # Its columns take tens of megabytes, which who compares two vintages does not have.
        from app.supply.annuaire_rows import rows  # noqa: PLC0415

        return rows(self)

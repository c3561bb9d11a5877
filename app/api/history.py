"""Days one can go back to: which vintage of each register was in force on a day, as the release knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from app.api import views
from app.api.lookup import ESTABLISHMENT, PERSON, REGISTERS
from app.errors import ParameterError

KNOWN_AS = {PERSON: "praticiens", ESTABLISHMENT: "établissements"}


@dataclass(frozen=True, slots=True)
class Days:
    """Vintages of the published release by subject, oldest first."""

    known: dict[str, tuple[date, ...]]

    def in_force(self, subject: str, day: date) -> date:
        """Return the newest vintage not after ``day``; the oldest where the register began later."""
        vintages = self.known.get(subject, ())
        return max((one for one in vintages if one <= day), default=min(vintages, default=day))

    def told(self, subjects: Sequence[str], day: date) -> dict[str, date]:
        """Return the vintage in force on ``day`` by register."""
        return {REGISTERS[subject]: self.in_force(subject, day) for subject in subjects}

    def check(self, day: date | None, newest: date, subjects: Sequence[str]) -> None:
        """Raise ParameterError for a day that the release cannot show, with the first or last one it can."""
        if day is None:
            return
        if day > newest:
            raise ParameterError(
                "at",
                f"La version publiée montre l'offre jusqu'au {newest:%d/%m/%Y}.",
                hint=f"Demandez une date jusqu'au {newest:%Y-%m-%d}, ou retirez « at ».",
            )
        for subject in subjects:
            first = min(self.known.get(subject, ()), default=None)
            if first is not None and day < first:
                raise ParameterError(
                    "at",
                    f"Les {KNOWN_AS[subject]} ne sont connus qu'à partir du {first:%d/%m/%Y}, premier "
                    "millésime de cette version.",
                    hint=f"Demandez une date à partir du {first:%Y-%m-%d}.",
                )


def days(connection: Connection) -> Days:
    """Return the vintages of supply that the published release was built on."""
    c = views.supply_vintage.c
    rows = connection.execute(select(c.register, c.vintage).order_by(c.vintage)).all()
    return Days(
        {
            subject: tuple(row.vintage for row in rows if row.register == register)
            for subject, register in REGISTERS.items()
        }
    )

"""Care activities that establishments are authorised to, one line an establishment and an activity.

The schema of FINESS+ does not say where the code of an activity stands, so a table is asked for: the number
of the establishment, the activity by its code of two digits or its label, and the form it takes, if told.
"""

import re

from app.sources.columns import Record, Variant, normalise
from app.sources.rows import Rejects
from app.sources.texts import padded
from geodata.activities import activities

NUMBER = re.compile(r"(\d{1,2})(?!\d)")
FINESS = re.compile(r"[0-9][0-9A-F][0-9]{7}")
NO_FORM = "00"
_LABELS = {normalise(one.label): (one.code, one.form) for one in activities()}


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Bring the number, the activity and its form to their codes; a label not counted stays as it is."""
    finess = padded(record.get("finess"), 9)
    if finess is None or not FINESS.fullmatch(finess):
        rejects.add(line, "numéro FINESS qui n'a pas neuf chiffres", record.get("finess") or "")
        return None
    written = record.get("activity")
    if not written:
        rejects.add(line, "ligne sans activité", finess)
        return None
    form = NUMBER.match(record.get("form") or "")
    shown = form[1].zfill(2) if form else NO_FORM
    if number := NUMBER.match(written):
        code, told = number[1].zfill(2), "" if shown == NO_FORM else shown
    else:
        code, told = _LABELS.get(normalise(written), (written, ""))
    return {"finess": finess, "activity": code, "form": told}


VARIANTS = (
    Variant(
        "activites",
        "activités de soins autorisées",
        {
            "finess": ("finess", "nofinesset", "numero_finess", "numero_finess_etablissement"),
            "activity": ("activite", "code_activite", "activite_de_soins"),
        },
        {"form": ("modalite", "code_modalite")},
        convert=convert,
        latin1=True,
    ),
)

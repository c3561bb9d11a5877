"""A whole annuaire as rows of the store, for one that knows nobody."""

from collections.abc import Iterator

from app.supply.annuaire_lines import first_written, read_lines
from app.supply.annuaire_people import people
from app.supply.annuaire_places import Places
from app.supply.annuaire_practices import Practices
from app.supply.annuaire_reading import LineMarks
from app.supply.annuaire_whole import Rows, WholeAnnuaire, WholeRead


def rows(whole: WholeAnnuaire) -> Iterator[Rows | WholeRead]:
    """See ``WholeAnnuaire.chunks``."""
    found = WholeRead()
    marks, places = LineMarks(whole.secret), Places(whole.known)
    practices = Practices(whole.vintage, places)
    for lines in read_lines(whole.source, found.refused):
        found.kept += len(lines.numbers)
        found.last = lines.last
        if not len(lines.numbers):
            yield Rows(len(lines.text) + 1)
            continue
        identities, known, practitioner = people(lines, marks)
        names = first_written(lines.columns["company_name"], lines.columns["sign_name"])
        practice = practices.rows(lines, names)
        exercise = practices.drained()
        texts, written, site = places.drained()
        yield Rows(
            len(lines.text) + 1, identities, known, texts, practitioner, exercise, practice, written, site
        )
    found.better = "".join(places.better.values()).encode()
    found.last_exercise = practices.last
    found.last_site = max(places.ids, default=1)
    found.renamed, found.doubtful = sorted(places.renamed), sorted(places.doubtful)
    yield found

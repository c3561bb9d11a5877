"""The age table of the demo city: head-counts by class as a city gets them, the smallest kept secret."""

from collections import Counter
from pathlib import Path
from typing import Final

from geodata.demo import plan
from geodata.demo.nomenclature import GENERAL
from geodata.demo.practitioners import LAST, Person
from geodata.demo.written import Written

SLUGS: Final = {"60": "infirmier", "70": "masseur_kinesitherapeute", "40": "chirurgien_dentiste"}
# Share of each class: general practitioners are the oldest.
CLASSES: Final = ("moins de 35 ans", "35-44 ans", "45-54 ans", "55-59 ans", "60-64 ans", "65 ans et plus")
OLD: Final = (0.14, 0.2, 0.19, 0.14, 0.17, 0.16)
YOUNG: Final = (0.3, 0.27, 0.24, 0.1, 0.06, 0.03)
SECRET_UNDER: Final = 5


def write(seed: int, folder: Path, people: list[Person], written: dict[str, Written]) -> Path:
    """Write the table of the city and of its département."""
    rng = plan.generator(seed, 31)
    found: Counter[tuple[str, str, str, int]] = Counter()
    for person in people:
        slug = "medecin_generaliste" if set(person.skills) & set(GENERAL) else SLUGS.get(person.profession)
        here = [p.structure.id for p in person.practices if p.mode == "L" and p.last == LAST]
        if slug is None or not here:
            continue
        age = int(rng.choice(len(CLASSES), p=OLD if person.profession == "10" else YOUNG))
        found[slug, "departement", plan.DEPARTEMENT, age] += 1
        codes = {written[place].code_postal for place in here if place in written}
        if plan.CITY.postcode in codes:
            found[slug, "commune", plan.CITY.code, age] += 1
    lines = ["profession;niveau;code;classe_age;effectif"]
    for (slug, level, code, age), count in sorted(found.items()):
        lines.append(f"{slug};{level};{code};{CLASSES[age]};{count if count >= SECRET_UNDER else 'NS'}")
    path = folder / "effectifs_par_age_2025.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path

"""The age table of a city: head-counts by class of a territory; refused when it says too much."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from small_registers import communes
from store import Outcome, Store, stored_rows

from app.errors import CheckError, SourceError

HEADER = "profession;niveau;code;classe_age;effectif"
CITY = "medecin_generaliste;commune;00101"


def ages(folder: Path, *lines: str, year: int = 2025, header: str = HEADER) -> Path:
    """Write an age table dated by its name."""
    path = folder / f"ages_{year}.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def kept(store: Store) -> list[tuple[object, ...]]:
    """Return the stored head-counts."""
    rows = store.rows(
        "SELECT profession, level, code, age_from, age_to, headcount FROM supply.age_count"
        " ORDER BY 1, 2, 3, 4"
    )
    return [tuple(row) for row in rows]


def test_classes_are_kept_under_the_slug_of_the_profession_and_secret_counts_stay_unknown(
    store: Store,
) -> None:
    written = (
        f"{CITY};moins de 35 ans;12",
        f"{CITY};35-59;NS",
        "Médecins généralistes;commune;00101;60 ans et plus;7",
        "infirmier;Département;00;20 à 100 ans;0",
    )
    loaded = store.load(ages(store.folder, *written))
    assert (loaded.rows_kept, loaded.rows_rejected) == (4, 0)
    assert kept(store) == [
        ("infirmier", "departement", "00", 20, 100, 0),
        ("medecin_generaliste", "commune", "00101", 20, 34, 12),
        ("medecin_generaliste", "commune", "00101", 35, 59, None),
        ("medecin_generaliste", "commune", "00101", 60, 100, 7),
    ]


def test_unknown_territories_are_counted_and_told(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    lines = (f"{CITY};35-59;8", "infirmier;commune;00999;20-34;6", "infirmier;commune;00999;35-59;6")
    store.load(ages(store.folder, *lines))
    notes = store.one("SELECT notes FROM ops.source_file WHERE register = 'ages'")
    assert notes == ["territoires que l'observatoire ne connaît pas (1)"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{CITY};15-34;6", "classe d'âge illisible ou impossible"),
        (f"{CITY};90-120;6", "classe d'âge illisible ou impossible"),
        (f"{CITY};59-35;6", "classe d'âge illisible ou impossible"),
        (f"{CITY};jeunes;6", "classe d'âge illisible ou impossible"),
        (f"{CITY};60-64;-6", "effectif qui n'est pas un nombre entier"),
        (f"{CITY};60-64;6,5", "effectif qui n'est pas un nombre entier"),
        ("infirmier;iris;001010101;60-64;6", "niveau autre que commune, epci, departement, region"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_reason(store: Store, line: str, reason: str) -> None:
    good = [f"infirmier;commune;{code:05d};20-100;9" for code in range(101, 111)]
    loaded = store.load(ages(store.folder, *good, line))
    assert loaded.rejected == {reason: 1}
    assert len(kept(store)) == 10


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([f"{CITY};35-44;8", f"{CITY};35-44;9"], "35 à 44 ans et 35 à 44 ans"),
        ([f"{CITY};35-44;8", f"{CITY};40-49;9"], "35 à 44 ans et 40 à 49 ans"),
        ([f"{CITY};35-44;8", "Médecins généralistes;commune;00101;35-44;8"], "comptent les mêmes âges"),
        (["rebouteux;commune;00101;35-44;8"], "professions inconnues : rebouteux"),
    ],
)
def test_a_table_that_contradicts_itself_or_names_nobody_known_leaves_nothing(
    store: Store, lines: list[str], said: str
) -> None:
    before = stored_rows(store)
    with pytest.raises(CheckError, match=said):
        store.load(ages(store.folder, *lines))
    assert stored_rows(store) == before


@pytest.mark.parametrize(
    "header",
    ["rpps;annee_naissance", "Identifiant PP,Date de naissance,Profession", "nom;prenom;né_naissance"],
)
def test_a_file_of_births_of_persons_is_refused_and_not_kept(
    store: Store, command: Callable[..., Outcome], header: str
) -> None:
    path = ages(store.folder, "810000000001;1970;x", header=header)
    with pytest.raises(SourceError, match="naissance de chaque personne"):
        store.load(path)
    assert list(store.settings.files.rglob("*ages*")) == []
    told = command(store, "source", "check", path)
    assert told.code == 1
    assert "effectifs par classe d'âge" in told.err


def test_a_missing_column_is_named(store: Store) -> None:
    with pytest.raises(SourceError, match="la colonne « effectif » manque"):
        store.load(ages(store.folder, f"{CITY};35-44", header=HEADER.removesuffix(";effectif")))


def test_the_newest_table_is_that_of_a_release_whatever_came_last(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    for year in (2025, 2023):
        store.load(ages(store.folder, f"{CITY};35-44;8", year=year))
    number = store.release(date(2025, 6, 1)).id
    used = store.one(
        "SELECT f.vintage FROM ops.release_input i JOIN ops.source_file f ON f.id = i.source_file_id"
        " WHERE i.release_id = :number AND f.register = 'ages'",
        number=number,
    )
    assert used == date(2025, 1, 1)


def test_only_the_view_of_pyramids_shows_ages_and_it_hides_few(store: Store) -> None:
    views = store.rows(
        "SELECT DISTINCT table_name FROM information_schema.columns"
        " WHERE table_schema = 'published' AND column_name IN ('age_from', 'age_to')"
    )
    assert {row.table_name for row in views} == {"pyramid"}
    few = "status <> 'known' AND headcount IS NOT NULL"
    assert store.one(f"SELECT count(*) FROM published.pyramid WHERE {few}") == 0


def test_child_psychiatrists_and_psychiatrists_do_not_give_back_the_few_who_are_neither(store: Store) -> None:
    """Somebody subtracts the ages of a part of a profession from those of the whole of it."""
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000), "00102": (1000, 0, 2000, 1000)}))
    whole, part = "psychiatre;commune;", "pedopsychiatre;commune;"
    # In the first commune 3 of the 60 and over are not of the part; in the second 2 of all.
    lines = ("00101;20-59;20", "00101;60 ans et plus;9", "00102;20-59;9", "00102;60 ans et plus;7")
    parts = ("00101;20-59;6", "00101;60 ans et plus;6", "00102;20-59;8", "00102;60 ans et plus;6")
    written = [f"{whole}{line}" for line in lines] + [f"{part}{line}" for line in parts]
    store.load(ages(store.folder, *written))
    store.release()
    rows = store.rows(
        "SELECT t.code, p.slug, y.age_from, y.age_to, y.headcount FROM published.pyramid y"
        " JOIN published.profession p ON p.id = y.profession_id"
        " JOIN published.territory t ON t.id = y.territory_id ORDER BY 1, 2, 3"
    )
    found = [tuple(row) for row in rows]
    assert found == [
        ("00101", "pedopsychiatre", 20, 100, 12),
        ("00101", "psychiatre", 20, 59, 20),
        ("00101", "psychiatre", 60, 100, 9),
        ("00102", "pedopsychiatre", 20, 100, None),
        ("00102", "psychiatre", 20, 59, 9),
        ("00102", "psychiatre", 60, 100, 7),
    ]

"""The activity table of a city: acts a year of the practitioners of a territory, never of one of them."""

from pathlib import Path

import pytest
from small_registers import communes
from store import Store, stored_rows

from app.errors import CheckError, SourceError

HEADER = "profession;niveau;code;praticiens;actes"
CITY = "medecin_generaliste;commune;00101"


def acts(folder: Path, *lines: str, header: str = HEADER) -> Path:
    """Write an activity table dated by its name."""
    path = folder / "actes_2025.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def kept(store: Store) -> list[tuple[object, ...]]:
    """Return what is stored of it."""
    rows = store.rows(
        "SELECT profession, level, code, headcount, acts FROM supply.act_count ORDER BY 1, 2, 3"
    )
    return [tuple(row) for row in rows]


def test_acts_are_kept_by_profession_and_territory_and_few_practitioners_stay_unknown(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    loaded = store.load(
        acts(
            store.folder,
            f"{CITY};12;60 000",
            "Médecins généralistes;Département;00;40;NS",
            "infirmier;commune;00101;4;20000",
            "infirmier;commune;00999;8;40000",
        )
    )
    assert (loaded.rows_kept, loaded.rows_rejected) == (4, 0)
    assert kept(store) == [
        ("infirmier", "commune", "00101", None, None),
        ("infirmier", "commune", "00999", 8, 40000),
        ("medecin_generaliste", "commune", "00101", 12, 60000),
        ("medecin_generaliste", "departement", "00", None, None),
    ]
    notes = store.one("SELECT notes FROM ops.source_file WHERE register = 'actes'")
    assert "moins de 5 praticiens, ou activité secrète : laissée inconnue : 2" in notes
    assert any("territoires que l'observatoire ne connaît pas" in note for note in notes)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("infirmier;iris;001010101;9;40000", "niveau autre que commune, epci, departement, region"),
        (f"{CITY};9,5;40000", "effectif qui n'est pas un nombre entier"),
        (f"{CITY};9;-40000", "nombre d'actes qui n'est pas un nombre entier"),
        (f"{CITY};9;4000000", "plus de 20000 actes par an et par praticien"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_reason(store: Store, line: str, reason: str) -> None:
    good = [f"infirmier;commune;{code:05d};9;40000" for code in range(101, 111)]
    loaded = store.load(acts(store.folder, *good, line))
    assert loaded.rejected == {reason: 1}
    assert len(kept(store)) == 10


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [f"{CITY};8;40000", "Médecins généralistes;commune;00101;9;50000"],
            "parlent des mêmes praticiens : medecin_generaliste, commune 00101",
        ),
        (["rebouteux;commune;00101;8;40000"], "professions inconnues : rebouteux"),
    ],
)
def test_a_table_that_contradicts_itself_or_names_nobody_known_leaves_nothing(
    store: Store, lines: list[str], said: str
) -> None:
    before = stored_rows(store)
    with pytest.raises(CheckError, match=said):
        store.load(acts(store.folder, *lines))
    assert stored_rows(store) == before


def test_a_missing_column_is_named(store: Store) -> None:
    with pytest.raises(SourceError, match="la colonne « actes » manque"):
        store.load(acts(store.folder, f"{CITY};8", header=HEADER.removesuffix(";actes")))

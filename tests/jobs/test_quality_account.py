"""The account of a city loaded from its files: reference counts, the command, places counted by hand."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from small_registers import GP, activity, annuaire, at, communes
from store import Outcome, Store

from app.errors import CheckError
from app.indicators.quality import account

type Command = Callable[..., Outcome]

HEADER = "profession;niveau;code;effectif;densite;source;annee"
DAY = date(2025, 1, 1)


def reference(store: Store, *lines: str, name: str = "reference.csv") -> Path:
    path = store.folder / name
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def city(store: Store) -> Store:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    lines = [
        activity("811111111111", GP, at("1", "DU MOLE"), commune="00101"),
        activity("811111111111", GP, at("1", "DU MOLE"), commune="00101", skill="SM26"),
        activity("822222222222", GP, at("3", "DU MOLE"), commune="00101"),
    ]
    store.load(annuaire(store.folder, DAY, lines))
    return store


def stored(store: Store) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in store.rows(
            "SELECT level, code, profession, headcount, density, origin, year FROM indicator.reference"
            " ORDER BY level, code, profession"
        )
    ]


def test_reference_counts_are_stored_under_the_professions_of_the_menu(store: Store) -> None:
    loaded = store.load(
        reference(
            store,
            "Médecins généralistes;Département;1;1 012,5;;DREES;2024",
            "infirmier;france;;;150,2;DREES;2024",
            "infirmier;france;;;149;DREES;2023",
        )
    )
    assert (loaded.vintage, loaded.rows_kept) == (date(2024, 1, 1), 3)
    assert stored(store) == [
        ("departement", "01", "medecin_generaliste", 1012.5, None, "DREES", 2024),
        ("france", "FR", "infirmier", None, 150.2, "DREES", 2024),
    ]


def test_an_unknown_profession_refuses_the_whole_table(store: Store) -> None:
    path = reference(store, "infirmier;france;;;150;DREES;2024", "rebouteux;france;;;3;DREES;2024")
    with pytest.raises(CheckError, match="professions inconnues : rebouteux"):
        store.load(path)
    assert stored(store) == []


def test_lines_that_say_nothing_are_refused_with_their_number(store: Store) -> None:
    good = [f"infirmier;departement;{code:02};{code};;DREES;2024" for code in range(1, 41)]
    bad = [
        "infirmier;commune;35238;3;;DREES;2024",
        "infirmier;departement;35;;;DREES;2024",
        "infirmier;departement;35;-3;;DREES;2024",
        "infirmier;departement;35;3;;DREES;bientôt",
    ]
    loaded = store.load(reference(store, *good, *bad))
    assert loaded.rejected == {
        "niveau autre que france ou departement": 1,
        "ni effectif ni densité": 1,
        "effectif ou densité qui n'est pas un nombre positif": 1,
        "année illisible": 1,
    }
    rejects = store.one("SELECT rejects FROM ops.source_file")
    assert rejects["ni effectif ni densité"]["examples"] == [{"line": 43, "excerpt": ""}]


def test_lines_that_repeat_an_activity_are_folded_into_one(store: Store) -> None:
    city(store).release()
    with store.engine.connect() as connection:
        found = account(connection, datetime.fromisoformat("2025-01-13T00:00:00+00:00"), 190)
    assert found.folding is not None
    assert (found.folding.lines, found.folding.practices, found.folding.practitioners) == (3, 2, 2)
    # No address file: both are known by their commune.
    assert found.everybody is not None
    assert found.everybody.practices == {"municipality": 2}
    assert (found.everybody.share, found.everybody.people_unplaced) == (0.0, 2)


def test_the_command_writes_the_account(store: Store, command: Command) -> None:
    city(store).release()
    outcome = command(store, "quality")
    assert outcome.code == 0
    first = outcome.out.splitlines()[0]
    assert first.startswith("L'offre montrée est celle du 1er janvier 2025, il y a ")
    assert "0\u202f% des lieux d'exercice du territoire sont localisés" in first
    for said in (
        "3 lues, 3 gardées, 0 rejetées",
        "Base adresse nationale : jamais chargée ; les adresses ne peuvent pas être placées",
        "3 lignes de l'annuaire font 2 exercices de 2 praticiens",
        "Aucun tableau de référence",
        "Publication : fait",
    ):
        assert said in outcome.out
    # Two located shares that are not of the same places: each section says of which.
    here, guards = (
        outcome.out.index(word) for word in ("du territoire publié.", "sur tout ce qui est chargé")
    )
    placing, judged = (
        outcome.out.index(f"\n{title}") for title in ("LIEUX D'EXERCICE LOCALISÉS", "CONTRÔLES")
    )
    assert placing < here < judged < guards


def test_the_command_says_what_to_do_where_nothing_is_published(store: Store, command: Command) -> None:
    outcome = command(store, "quality")
    assert outcome.code == 1
    assert "observatoire refresh" in outcome.err


def test_a_refused_refresh_leaves_its_problem_for_the_page(store: Store, command: Command) -> None:
    city(store).release()
    wrong = store.folder / "page.csv"
    wrong.write_text("<html>", encoding="utf-8")
    assert command(store, "refresh", "--file", wrong).code == 1
    assert "Le chargement de « page.csv » a été refusé." in command(store, "quality").out

"""Bad deliveries: each is held with what is wrong, what is published stays, and a person may accept it."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from small_registers import GP, NURSE, activity, annuaire, at, ban, communes, finess
from store import Outcome, Store

from app.errors import SetupError
from app.indicators.canaries import read_canaries
from app.indicators.judgement import findings
from app.jobs.releases import build_release, publish_newest, rollback_release
from app.settings import Settings

FIRST, SECOND, THIRD = date(2025, 1, 6), date(2025, 1, 13), date(2025, 1, 20)
DOCTORS, NURSES, MIDWIVES = 240, 120, 40
MIDWIFE = {"profession": "50", "category": "C", "mode": "L", "sector": "SA07"}
EVERYBODY = DOCTORS + NURSES + MIDWIVES
type Command = Callable[..., Outcome]
type Line = dict[str, str]


def person(rank: int, *, street: str = "DU MOLE", newcomer: bool = False, **fields: str) -> Line:
    """Return one practitioner, at a number of a street that the BAN knows."""
    kind = GP if rank < DOCTORS else NURSE if rank < DOCTORS + NURSES else MIDWIFE
    return activity(f"8{rank + 1000 * newcomer:011d}", kind, at(str(rank + 1), street), **fields)


def everybody() -> list[Line]:
    return [person(rank) for rank in range(EVERYBODY)]


def addresses(folder: Path, *, year: int, away: float = 0) -> Path:
    """Write a BAN whose street stands ``away`` metres from where it is."""
    listed = [
        {"number": rank + 1, "street": "Rue du Mole", "place": (10 + rank, 10 + away)}
        for rank in range(EVERYBODY)
    ]
    return ban(folder, listed, name=f"adresses-00-{year}-01.csv")


@pytest.fixture
def city(store: Store) -> Store:
    """Return a store that publishes a city of 400 practitioners and 30 pharmacies, all well placed."""
    store.load(communes(store.folder, {"00101": (0, 0, 3000, 3000)}))
    store.load(addresses(store.folder, year=2024))
    pharmacies = [{"finess": f"00000{rank:04d}", "place": (rank, 50)} for rank in range(30)]
    store.load(finess(store.folder, FIRST, pharmacies))
    store.load(annuaire(store.folder, FIRST, everybody()))
    assert publish_newest(store.engine, store.settings).outcome == "published"
    return store


def shown(store: Store) -> list[object]:
    """Return what the published release shows: its number, its counts, its places, who practises that day."""
    views = ("release", "count", "placement")
    return [
        *(store.rows(f"SELECT * FROM published.{view} v ORDER BY v::text") for view in views),
        store.rows(
            "SELECT practitioner_id, site_id, profession_code, p.geom FROM published.practice p"
            " JOIN published.release r ON p.valid @> r.vintage ORDER BY 1, 2, 3"
        ),
    ]


def failed(store: Store, release: int) -> list[tuple[str, str]]:
    """Return the guards that did not let a release through, with what they were about."""
    with store.engine.connect() as connection:
        judged = findings(connection, release)
    assert judged is not None
    return [(one.guard, one.subject) for one in judged.findings if not one.passed]


def status(store: Store, release: int) -> str:
    return str(store.one("SELECT status FROM ops.release WHERE id = :id", id=release))


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def refreshed(store: Store, command: Command, lines: Sequence[Line], day: date = SECOND) -> Outcome:
    return command(store, "refresh", "--file", annuaire(store.folder, day, lines))


def test_the_first_release_is_judged_without_comparison(city: Store) -> None:
    with city.engine.connect() as connection:
        judged = findings(connection, 1)
    assert judged is not None
    assert judged.against_id is None
    assert [(one.guard, one.subject, one.passed) for one in judged.findings] == [
        ("plausible", "person", True),
        ("plausible", "establishment", True),
    ]


def test_an_ordinary_week_is_published_by_itself(city: Store, command: Command) -> None:
    week = [person(rank, newcomer=rank < 8) for rank in range(EVERYBODY - 4)]
    outcome = refreshed(city, command, week)
    assert (outcome.code, failed(city, 2), status(city, 2)) == (0, [], "published")


def test_a_profession_that_vanished_holds_the_release_until_a_good_one_comes(
    city: Store, command: Command
) -> None:
    before = shown(city)
    lines = [*everybody()[: DOCTORS + NURSES], *(person(rank, profession="99") for rank in range(360, 400))]
    outcome = refreshed(city, command, lines)
    assert outcome.code == 1
    assert (
        "Sages-femmes : 0 praticien, contre 40 dans la version 1 (6 janvier 2025), soit 100,0 % de moins ; "
        "limite 31,6 %." in plain(outcome.err)
    )
    assert "observatoire release publish 2 --accept" in outcome.err
    assert ("headcount", "sage_femme") in failed(city, 2)
    assert (status(city, 1), status(city, 2)) == ("published", "held")
    assert shown(city) == before
    assert refreshed(city, command, everybody(), THIRD).code == 0
    assert (status(city, 2), status(city, 3)) == ("held", "published")


def test_practices_half_located_hold_the_release(city: Store, command: Command) -> None:
    lines = [person(rank, street="INCONNUE" if rank % 2 else "DU MOLE") for rank in range(EVERYBODY)]
    outcome = refreshed(city, command, lines)
    assert outcome.code == 1
    assert "Annuaire : 50,0 % des exercices localisés, contre 100,0 % dans la version 1" in plain(outcome.err)
    assert set(failed(city, 2)) == {
        ("located", subject) for subject in ("person", "medecin_generaliste", "infirmier", "sage_femme")
    }


def test_places_all_moved_by_a_kilometre_hold_the_release(city: Store, command: Command) -> None:
    before = shown(city)
    outcome = command(city, "refresh", "--file", addresses(city.folder, year=2025, away=1000))
    assert outcome.code == 1
    assert "Exercices : 400 des 400 localisés dans les deux versions sont à plus de 500 m" in plain(
        outcome.err
    )
    assert failed(city, 2) == [("moved", "person")]
    assert shown(city) == before


def test_a_street_moved_by_less_than_500_metres_is_published(city: Store, command: Command) -> None:
    assert command(city, "refresh", "--file", addresses(city.folder, year=2025, away=450)).code == 0


def test_one_in_six_replaced_by_strangers_holds_the_release_though_totals_stay(
    city: Store, command: Command
) -> None:
    outcome = refreshed(city, command, [person(rank, newcomer=rank < 60) for rank in range(EVERYBODY)])
    assert outcome.code == 1
    assert failed(city, 2) == [("removed", "person")]
    assert (
        "Exercices : 60 des 400 de la version 1 (6 janvier 2025) ont disparu, soit 15,0 % ; limite 10,0 %."
        in plain(outcome.err)
    )


def test_a_file_of_the_same_date_put_in_place_of_another_is_compared_with_what_was_shown(
    city: Store, command: Command
) -> None:
    path = annuaire(city.folder, FIRST, everybody()[: EVERYBODY - 60], mark="0900")
    outcome = command(city, "refresh", "--force", "--file", path)
    assert outcome.code == 1
    assert {("lines", "annuaire"), ("removed", "person")} <= set(failed(city, 2))


def test_a_doubling_is_as_strange_as_a_loss(city: Store, command: Command) -> None:
    lines = [*everybody(), *(person(rank, newcomer=True) for rank in range(EVERYBODY))]
    outcome = refreshed(city, command, lines)
    assert outcome.code == 1
    assert ("headcount", "medecin_generaliste") in failed(city, 2)
    assert "100,0 % de plus" in plain(outcome.err)


def test_a_held_release_is_refused_again_and_published_when_accepted(city: Store, command: Command) -> None:
    refreshed(city, command, [person(rank, newcomer=rank < 60) for rank in range(EVERYBODY)])
    again = command(city, "release", "publish", "2")
    assert again.code == 1
    assert "ont disparu" in again.err
    assert status(city, 2) == "held"
    assert "retenue" in command(city, "release", "list").out
    told = command(city, "release", "show", "2").out
    assert "retenue" in told
    assert "NON  Exercices : 60 des 400" in plain(told)
    accepted = command(city, "release", "publish", "2", "--accept")
    assert accepted.code == 0
    assert "malgré 1 contrôle" in accepted.out
    assert (status(city, 1), status(city, 2)) == ("retired", "published")
    assert city.one("SELECT accepted_at IS NOT NULL FROM ops.judgement WHERE release_id = 2")
    assert "malgré eux par une personne" in command(city, "release", "show", "2").out


def test_the_journal_tells_why_a_release_is_held(city: Store, command: Command) -> None:
    refreshed(city, command, [person(rank, newcomer=rank < 60) for rank in range(EVERYBODY)])
    run = city.last_run()
    assert (run.task, run.status, run.step) == ("publish", "refused", "contrôles avant publication")
    assert "ont disparu" in run.message
    assert "observatoire release publish 2 --accept" in run.message
    assert "\n" not in run.message


def test_a_setting_widens_a_limit(city: Store, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBSERVATOIRE_MAX_REMOVED", "0.2")
    outcome = refreshed(city, command, [person(rank, newcomer=rank < 60) for rank in range(EVERYBODY)])
    assert outcome.code == 0


def test_an_older_supply_is_not_compared_with_a_newer_one(city: Store, command: Command) -> None:
    city.load(annuaire(city.folder, date(2024, 1, 1), everybody()[:100]), force=True)
    older = build_release(city.engine, date(2024, 1, 1))
    outcome = command(city, "release", "publish", str(older.id))
    assert outcome.code == 0
    assert city.one("SELECT against_id IS NULL FROM ops.judgement WHERE release_id = :id", id=older.id)


def test_a_release_that_a_person_took_back_does_not_return_by_itself(city: Store, command: Command) -> None:
    assert refreshed(city, command, [*everybody(), person(400)]).code == 0
    assert rollback_release(city.engine) == 1
    outcome = command(
        city, "refresh", "--file", city.folder / f"PS_LibreAcces_Personne_activite_{SECOND:%Y%m%d}0800.txt"
    )
    assert outcome.code == 0
    assert "retirée par une personne" in outcome.out
    assert (status(city, 1), status(city, 2)) == ("published", "retired")
    assert command(city, "release", "publish", "2").code == 0
    assert status(city, 2) == "published"


def test_a_release_published_before_measures_were_kept_is_measured_when_it_is_needed(
    city: Store, command: Command
) -> None:
    kept = city.rows("SELECT * FROM ops.release_measure ORDER BY subject")
    city.run("DELETE FROM ops.release_measure")
    refreshed(city, command, [person(rank, newcomer=rank < 60) for rank in range(EVERYBODY)])
    assert failed(city, 2) == [("removed", "person")]
    assert city.rows("SELECT * FROM ops.release_measure WHERE release_id = 1 ORDER BY subject") == kept


def test_an_annuaire_without_anybody_to_count_is_not_plausible(store: Store, command: Command) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 3000, 3000)}))
    outcome = refreshed(store, command, [person(rank, category="M") for rank in range(10)])
    assert outcome.code == 1
    assert "aucun des praticiens de ce fichier ne peut être compté" in outcome.err


def written(folder: Path, *lines: str) -> Path:
    path = folder / "reperes.csv"
    path.write_text(
        "\n".join(["rpps;profession;territoire;minimum;maximum", *lines]) + "\n", encoding="utf-8"
    )
    return path


def test_a_release_that_shows_what_the_city_knows_is_published(
    city: Store, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = written(
        city.folder,
        "00000000009;;;;",
        "800000000009;medecin_generaliste;commune:00101;;",
        ";medecin_generaliste;commune:00101;200;300",
        ";pharmacie;commune:00101;30;",
    )
    monkeypatch.setenv("OBSERVATOIRE_CANARIES", str(known))
    assert refreshed(city, command, everybody()).code == 0
    told = plain(command(city, "release", "show", "2").out)
    assert "Repère : le praticien de la ligne 2 de reperes.csv est bien là." in told
    assert "ligne 3 de reperes.csv est bien là, en commune:00101 parmi les médecins généralistes." in told
    assert "Médecins généralistes en commune:00101, 240, attendus entre 200 et 300 (ligne 4" in told
    assert "Pharmacies en commune:00101, 30, attendues au moins 30 (ligne 5" in told


def test_canaries_that_are_missing_hold_the_release_and_name_nobody(
    city: Store, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = written(
        city.folder,
        "00000009999;;;;",
        "00000000009;infirmier;;;",
        ";medecin_generaliste;commune:00101;300;400",
        ";medecin_generaliste;commune:00101;;200",
        ";medecin_generaliste;commune:35238;1;",
    )
    monkeypatch.setenv("OBSERVATOIRE_CANARIES", str(wrong))
    outcome = refreshed(city, command, everybody())
    assert (outcome.code, status(city, 2)) == (1, "held")
    told = plain(outcome.err)
    assert "le praticien de la ligne 2 de reperes.csv n'est pas dans cette version." in told
    assert "ligne 3 de reperes.csv n'est pas dans cette version, parmi les infirmiers." in told
    assert "240, attendus entre 300 et 400 (ligne 4" in told
    assert "240, attendus au plus 200 (ligne 5" in told
    assert "le territoire commune:35238 n'est pas dans cette version (ligne 6" in told
    assert "00000009" not in told
    assert city.one("SELECT count(*) FROM ops.finding WHERE sentence LIKE '%00000009%'") == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1234;;;;", "le numéro RPPS n'a pas 11 chiffres"),
        (";sorcier;commune:00101;1;", "la profession « sorcier » n'existe pas"),
        (";infirmier;00101;1;", "ne s'écrit pas niveau:code"),
        (";infirmier;commune:00101;;", "un minimum ou un maximum"),
        (";infirmier;commune:00101;9;2", "le maximum est inférieur au minimum"),
        (";infirmier;commune:00101;dix;", "nombres entiers"),
        ("00000000009;;;3;", "un praticien n'a ni minimum ni maximum"),
    ],
)
def test_a_line_that_means_nothing_is_refused_with_its_number(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SetupError, match=said) as refused:
        read_canaries(Settings(canaries=written(tmp_path, line), _env_file=None))
    assert refused.value.place.line == 2


def test_a_file_without_its_columns_or_that_is_not_there_stops_before_anything_is_built(
    city: Store, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = city.folder / "reperes.csv"
    monkeypatch.setenv("OBSERVATOIRE_CANARIES", str(path))
    outcome = refreshed(city, command, everybody())
    assert outcome.code == 1
    assert "ne peut pas être lu : il n'existe pas" in outcome.err
    path.write_text("numero;profession\n", encoding="utf-8")
    assert "il manque la colonne « rpps »" in command(city, "release", "publish", "1").err
    assert city.one("SELECT count(*) FROM ops.release") == 1

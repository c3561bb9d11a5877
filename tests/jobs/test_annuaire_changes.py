"""A vintage compared with the last one before it is parsed: as if it had been read whole, and read less."""

import random
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_registers import GP, NURSE, activity, annuaire, at
from store import Store, emptied
from test_history_orders import OVERLAPS, PEOPLE, PRACTICES, SITE_NAMES

from app.errors import CheckError, SourceError, StoreError
from app.supply import annuaire_changes, annuaire_reading, annuaire_staging
from app.supply.annuaire_changes import KNOWN
from app.supply.annuaire_process import Process
from app.supply.annuaire_reading import Reading

DAYS = (date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1))
FILES = "SELECT vintage, rows_in, rows_kept, rows_rejected, rejects FROM ops.source_file ORDER BY id"
MARKS = "SELECT string_agg(people, '') FROM supply.line_mark"
ADDRESSES = """
    SELECT w.md5, s.key, s.finess, s.siret, s.street_key, s.postcode, s.town, s.cedex, s.commune_code
    FROM supply.written_address w JOIN supply.site s ON s.id = w.site_id ORDER BY 1"""

type Line = dict[str, str]
WAYS: tuple[Line, ...] = (
    GP | at("1", "DU MOLE") | {"company": "CABINET UN"},
    GP | at("1", "DU MOLE") | {"skill": "SM26", "company": "CABINET A"},
    GP | at("1", "R DU MOLE", kind="") | {"mode": "S", "sector": "SA05"},
    NURSE | at("2", "DU PHARE") | {"family": "AUTRENOM", "siret": "00000000000011"},
    NURSE | {"siret": "00000000000029", "country": "99109"},
    GP | at("3", "DU \\ PORT") | {"company": "CABINET\tTROIS", "category": "E"},
    GP | {"profession": ""},
)
# What one vintage says of a person: lines in one of the ways above, some of them twice.
PERSON = st.lists(st.integers(0, len(WAYS) - 1), max_size=3)
VINTAGE = st.tuples(st.lists(PERSON, min_size=4, max_size=4), st.booleans(), st.integers(0, 2**16))


def written(folder: Path, day: date, vintage: tuple[list[list[int]], bool, int]) -> Path:
    """Write a vintage, shuffled when it says so: the lines of a person do not follow each other then."""
    people, shuffled, seed = vintage
    lines = [activity(f"81000000000{rank}", WAYS[way]) for rank, ways in enumerate(people) for way in ways]
    # Enough of others for what is refused to stay below a fifth.
    lines += [activity(f"8200000000{rank:02d}", GP, at("9", "DU MOLE")) for rank in range(60)]
    if shuffled:
        random.Random(seed).shuffle(lines)
    return annuaire(folder, day, lines)


def state(store: Store) -> tuple[object, ...]:
    assert store.one(OVERLAPS) == 0
    queries = (PRACTICES, PEOPLE, SITE_NAMES, FILES, ADDRESSES)
    return (marks(store), *(tuple(map(tuple, store.rows(query))) for query in queries))


def marks(store: Store) -> list[tuple[int, int]]:
    """Return the head of the key of everybody in the newest vintage, and the mark of their lines."""
    people = np.frombuffer(store.one(MARKS), KNOWN)
    assert (people["content"][1:] >= people["content"][:-1]).all()
    return sorted(zip(people["mark"].tolist(), people["content"].tolist(), strict=True))


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    vintages=st.lists(VINTAGE, min_size=3, max_size=3), order=st.permutations(range(3)), again=st.booleans()
)
def test_a_compared_vintage_leaves_what_a_whole_reading_leaves(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    vintages: list[tuple[list[list[int]], bool, int]],
    order: Sequence[int],
    again: bool,
) -> None:
    files = [written(store.folder, day, vintage) for day, vintage in zip(DAYS, vintages, strict=True)]
    found = []
    for whole in (False, True):
        emptied(store)
        with monkeypatch.context() as patched:
            if whole:
                patched.setattr(annuaire_staging, "comparable", lambda *_: False)
            for rank in order:
                store.load(files[rank])
            if again:
                store.load(files[order[0]], force=True)
            found.append(state(store))
    assert found[0] == found[1]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is remembered of a few people in several parts, as that of a country is."""
    monkeypatch.setattr(annuaire_changes, "MARKED", 7)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that fills with how many people each load read, but for the first in its store: 0."""
    counts: list[int] = []
    copy, stage = annuaire_staging._copy, annuaire_staging.stage

    def counted(connection: object, reading: Reading) -> None:
        counts[-1] += reading.people.count(b"\n")
        copy(connection, reading)  # type: ignore[arg-type]

    def staged(*arguments: object, **options: object) -> object:
        counts.append(0)
        return stage(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(annuaire_staging, "_copy", counted)
    monkeypatch.setattr(annuaire_staging, "stage", staged)
    return counts


def people(count: int) -> list[Line]:
    return [activity(f"8{rank:011d}", GP, at(str(rank + 1), "DU MOLE")) for rank in range(count)]


def test_only_those_whose_lines_changed_are_read(store: Store, read: list[int]) -> None:
    lines = people(50)
    store.load(annuaire(store.folder, DAYS[0], lines))
    lines[7] |= {"Code mode exercice": "S"}
    store.load(annuaire(store.folder, DAYS[1], [*lines[1:], *people(51)[50:]]))
    assert read == [0, 2]
    rows = store.rows("SELECT rows_in, rows_kept FROM ops.source_file ORDER BY id")
    assert [tuple(row) for row in rows] == [(50, 50), (50, 50)]
    lasting = store.one("SELECT count(*) FROM supply.practice WHERE upper_inf(valid)")
    assert (lasting, store.one("SELECT count(*) FROM supply.practice")) == (50, 52)


def test_a_line_that_joins_the_same_lines_from_elsewhere_in_the_file_is_one_more_practice(
    store: Store, read: list[int]
) -> None:
    lines = people(50)
    store.load(annuaire(store.folder, DAYS[0], lines))
    elsewhere = activity("800000000003", GP, at("99", "DU PHARE"))
    store.load(annuaire(store.folder, DAYS[1], [*lines, elsewhere]))
    store.load(annuaire(store.folder, DAYS[2], lines))
    # Both of their runs, then the first again since the mark of the two together is unknown.
    assert read == [0, 2, 1]
    ranges = store.rows("SELECT valid::text, count(*) FROM supply.practice GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in ranges] == [("[2024-01-01,)", 50), ("[2024-07-01,2025-01-01)", 1)]


def test_an_address_written_as_before_is_not_normalised_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = people(50)
    store.load(annuaire(store.folder, DAYS[0], lines))
    normalised = []
    site_row = annuaire_reading.site_row
    monkeypatch.setattr(
        annuaire_reading,
        "site_row",
        lambda *given, **named: (normalised.append(1), site_row(*given, **named))[1],
    )
    lines[7] = activity("800000000007", GP, at("9", "DU MOLE"))
    lines[8] = activity("800000000008", GP, at("99", "DU PHARE"))
    store.load(annuaire(store.folder, DAYS[1], lines))
    assert len(normalised) == 1
    assert store.one("SELECT count(*) FROM supply.practice WHERE upper_inf(valid)") == 50
    assert store.one("SELECT count(*) FROM supply.site") == 51


def test_what_follows_an_empty_line_is_read(store: Store, read: list[int]) -> None:
    lines = people(50)
    store.load(annuaire(store.folder, DAYS[0], lines))
    lines[7] |= {"Code mode exercice": "S"}
    path = annuaire(store.folder, DAYS[1], lines)
    header, first, rest = path.read_bytes().split(b"\n", 2)
    path.write_bytes(b"\n".join((header, first, b"", rest)))
    store.load(path)
    assert read == [0, 1]
    assert store.one("SELECT count(*) FROM supply.practice WHERE NOT upper_inf(valid)") == 1


def test_everybody_is_read_when_forced_for_an_older_date_or_another_header(
    store: Store, read: list[int]
) -> None:
    path = annuaire(store.folder, DAYS[1], people(30))
    store.load(path)
    store.load(path, force=True)
    store.load(annuaire(store.folder, DAYS[0], people(30)))
    turned = annuaire(store.folder, DAYS[2], people(30))
    lines = turned.read_text(encoding="utf-8").splitlines()
    turned.write_text(
        "\n".join("|".join([*reversed(line.split("|")[:-1]), ""]) for line in lines) + "\n", encoding="utf-8"
    )
    store.load(turned)
    assert read == [0, 30, 30, 30]


def test_a_store_that_remembers_nobody_s_lines_reads_everybody(store: Store, read: list[int]) -> None:
    store.load(annuaire(store.folder, DAYS[0], people(50)))
    store.run("DELETE FROM supply.line_mark")
    store.load(annuaire(store.folder, DAYS[1], people(50)[1:]))
    assert read == [0, 49]
    assert store.one("SELECT count(*) FROM supply.practice WHERE upper_inf(valid)") == 49


def test_someone_who_comes_back_is_the_same_with_their_name(store: Store, read: list[int]) -> None:
    lines = people(50)
    store.load(annuaire(store.folder, DAYS[0], lines))
    store.load(annuaire(store.folder, DAYS[1], lines[1:]))
    assert store.one("SELECT count(*) FROM supply.practitioner WHERE family_name IS NULL") == 1
    store.load(annuaire(store.folder, DAYS[2], lines))
    assert read == [0, 0, 1]
    people_and_unnamed = store.rows("SELECT count(*), count(*) - count(family_name) FROM supply.practitioner")
    assert [tuple(row) for row in people_and_unnamed] == [(50, 0)]
    ranges = store.rows("SELECT valid::text, count(*) FROM supply.practice GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in ranges] == [
        ("[2024-01-01,)", 49),
        ("[2024-01-01,2024-07-01)", 1),
        ("[2025-01-01,)", 1),
    ]


def test_a_compared_file_is_refused_for_what_the_whole_file_lost(store: Store) -> None:
    store.load(annuaire(store.folder, DAYS[0], people(200)))
    with pytest.raises(CheckError, match="100 lignes utilisables, contre 200"):
        store.load(annuaire(store.folder, DAYS[1], people(100)))


def test_a_compared_file_that_is_cut_is_refused(store: Store) -> None:
    store.load(annuaire(store.folder, DAYS[0], people(200)))
    path = annuaire(store.folder, DAYS[1], people(200))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match="Le fichier est coupé") as refused:
        store.load(path)
    assert refused.value.place.line == 201


@pytest.mark.parametrize("shared", [False, True])
def test_several_processes_leave_what_one_leaves(
    store: Store, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    if shared:
        monkeypatch.setattr(annuaire_staging, "SHARED_BYTES", 0)
    store.load(annuaire(store.folder, DAYS[0], people(1)))
    # More than a block of a megabyte.
    lines = [line | {"Raison sociale site": "x" * 3000} for line in people(800)]
    store.load(annuaire(store.folder, DAYS[1], [*lines, *people(5)]))
    keys = store.rows("SELECT count(*), count(DISTINCT key) FROM supply.site")
    assert [tuple(row) for row in keys] == [(800, 800)]
    assert store.one("SELECT count(*) FROM supply.practice WHERE upper_inf(valid)") == 800
    assert [content for _, content in marks(store)].count(0) == 5


def test_a_wrong_byte_met_by_another_process_is_refused_with_its_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annuaire_staging, "SHARED_BYTES", 0)
    store.load(annuaire(store.folder, DAYS[0], people(1)))
    path = annuaire(store.folder, DAYS[1], people(2_000_000 // 150))
    text = path.read_bytes()
    path.write_bytes(text + text.splitlines()[-1].replace(b"DU MOLE", b"DU M\xd4LE") + b"\n")
    with pytest.raises(SourceError, match="0xD4") as refused:
        store.load(path)
    assert refused.value.place.line == 2_000_000 // 150 + 2


@pytest.mark.parametrize("force", [False, True])
def test_a_reading_process_that_dies_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    store.load(annuaire(store.folder, DAYS[0], people(10)))
    for module in (annuaire_staging, annuaire_changes):
        monkeypatch.setattr(module, "SHARED_BYTES", 0)
    send = Process._send

    def killed(process: Process, request: object) -> None:
        send(process, request)
        process._process.kill()

    monkeypatch.setattr(Process, "_send", killed)
    before = state(store)
    with pytest.raises(StoreError, match="un de ses processus s'est arrêté"):
        store.load(annuaire(store.folder, DAYS[1], people(20)), force=force)
    assert state(store) == before
    assert [thread.name for thread in threading.enumerate() if "pass_on" in thread.name] == []


def test_two_processes_compare_what_one_compares(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line | {"Raison sociale site": "x" * 3000} for line in people(800)]
    files = [annuaire(store.folder, DAYS[0], lines)]
    changed = [
        line | {"Code mode exercice": "S"} if rank % 90 == 4 else line for rank, line in enumerate(lines)
    ]
    files.append(annuaire(store.folder, DAYS[1], [*changed[3:], *lines[:2], GP | {"Identifiant PP": "1"}]))
    found = []
    for shared in (False, True):
        emptied(store)
        if shared:
            monkeypatch.setattr(annuaire_changes, "SHARED_BYTES", 0)
        for path in files:
            store.load(path)
        found.append(state(store))
    assert found[0] == found[1]
    assert store.one("SELECT count(*) FROM supply.practice WHERE NOT upper_inf(valid)") == 10

"""The first annuaire of a store goes straight to its tables: they are those that the merge would leave."""

import io
import pickle
import random
import threading
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_registers import SHORT, activity, annuaire, finess
from store import Store, emptied
from test_annuaire_changes import ADDRESSES, FILES, marks
from test_history_orders import PEOPLE, PRACTICES

from app.errors import CheckError, SourceError, StoreError
from app.supply import annuaire_first, annuaire_staging
from app.supply.annuaire_process import WholeProcess

DAY, NEXT = date(2024, 1, 1), date(2024, 7, 1)
SITES = "SELECT * FROM (SELECT to_jsonb(s) - 'id' AS row FROM supply.site s) t ORDER BY row ->> 'key'"
NAMES = """
    SELECT encode(r.key, 'hex'), s.key, p.profession_code, p.name
    FROM supply.practice p
    JOIN supply.practitioner r ON r.id = p.practitioner_id JOIN supply.site s ON s.id = p.site_id
    ORDER BY 1, 2, 3, lower(p.valid)"""
STATE = (PRACTICES, PEOPLE, ADDRESSES, SITES, NAMES, FILES)

CHOICES = {
    "id": [*(f"8100000000{rank:02d}" for rank in range(18)), "810000000001 ", ""],
    "family": ["ZZUN", "ZZDEUX", "", 'ZZ"\\N\tTROIS'],
    "given": ["Éa", ""],
    "civility": ["MME", ""],
    "profession": [*(["10"] * 10), *(["60"] * 6), ""],
    "skill": ["", "SM54", "SM26", "A,B", "NULL", 'a"\\b'],
    "mode": ["L", "S", ""],
    "sector": ["SA07", "SA05", "SA64", ""],
    "category": ["C", "E", ""],
    "siret": ["", "00000000000011", "00000000000029"],
    "finess": ["", "", "000000011", "000000022"],
    "company": ["", "CABINET B", "CABINET A", "CABINET\\\tC", "é" * 200],
    "complement": ["", "12 RUE DU PORT"],
    "number": ["", "1", "1 BIS", "12-14"],
    "type": ["", "Rue", "R"],
    "street": ["", "DU MOLE", "RUE DU MOLE", "DU \\ PORT"],
    "office": ["", "00100 AUBRELLE CEDEX 2"],
    "postcode": ["", "00100"],
    "commune": ["", "00101"],
    "town": ["", "Aubrelle"],
    "country": ["", "", "99000", "99109"],
}
PLAIN = [
    activity(f"8200000000{rank:02d}", profession="10", mode="L", street="DU PHARE") for rank in range(60)
]


def written(folder: Path, seed: int, broken: int) -> Path:
    """Write random lines, people standing apart or not, and plain ones; ``broken`` are too short."""
    rng = random.Random(seed)
    lines = [
        {SHORT[name]: rng.choice(values) for name, values in CHOICES.items()}
        for _ in range(rng.randrange(60))
    ]
    if rng.random() < 0.5:
        lines.sort(key=lambda line: line[SHORT["id"]])
    path = annuaire(folder, DAY, [*lines, *PLAIN])
    rows = path.read_text(encoding="utf-8").split("\n")
    rows[3:3] = ["8|810000000001|810000000001", ""][:broken]
    path.write_bytes(("\r\n" if rng.random() < 0.3 else "\n").join(rows).encode())
    return path


def state(store: Store) -> list[object]:
    return [marks(store), *([tuple(row) for row in store.rows(query)] for query in STATE)]


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32),
    broken=st.integers(0, 2),
    known=st.booleans(),
)
def test_the_first_annuaire_leaves_what_the_merge_leaves(
    store: Store, monkeypatch: pytest.MonkeyPatch, seed: int, broken: int, known: bool
) -> None:
    path = written(store.folder, seed, broken)
    hospital = {"finess": "000000011", "name": "HOPITAL"}
    establishments = finess(store.folder, DAY, [hospital, {"finess": "000000022", "name": ""}])
    found = []
    for merged in (False, True):
        emptied(store)
        if known:  # sites that another register entered
            store.load(establishments)
        with monkeypatch.context() as patched:
            if merged:
                patched.setattr(annuaire_staging, "is_first", lambda _: False)
            store.load(path)
        found.append(state(store))
    assert found[0] == found[1]


def test_columns_in_another_order_are_read_alike(store: Store) -> None:
    path = written(store.folder, 7, 0)
    store.load(path)
    before = state(store)
    emptied(store)
    rows = [row.split("|") for row in path.read_text(encoding="utf-8").split("\n")[:-1]]
    order = [*range(len(rows[0]) - 1)]
    random.Random(1).shuffle(order)
    turned = ["|".join([*(row[rank] for rank in order), ""]) for row in rows]
    path.write_text("\n".join(turned) + "\n", encoding="utf-8")
    store.load(path)
    # The marks are those of other lines.
    assert state(store)[1:] == before[1:]


def test_what_enters_later_takes_numbers_of_its_own(store: Store) -> None:
    store.load(annuaire(store.folder, DAY, PLAIN))
    more = [
        activity(f"8300000000{rank:02d}", profession="10", mode="L", street="DU PORT") for rank in range(9)
    ]
    store.load(annuaire(store.folder, NEXT, [*PLAIN, *more]))
    assert store.one("SELECT count(*) FROM supply.practitioner") == 69
    assert store.one("SELECT count(*) FROM supply.practice") == 69


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_an_annuaire_without_any_line_is_refused(store: Store, end: str) -> None:
    path = annuaire(store.folder, DAY, [])
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + end, encoding="utf-8")
    with pytest.raises(CheckError, match="aucune ligne utilisable") as refused:
        store.load(path)
    assert refused.value.hint
    assert store.one("SELECT count(*) FROM supply.practitioner") == 0


def test_every_key_and_index_is_there_after_the_first_annuaire(store: Store) -> None:
    query = """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'supply'::regnamespace
        UNION ALL
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'supply' ORDER BY 1, 2"""
    before = store.rows(query)
    store.load(annuaire(store.folder, DAY, PLAIN))
    assert store.rows(query) == before


def long(folder: Path) -> Path:
    """Write more than a block of a megabyte."""
    people = [
        {**PLAIN[0], SHORT["id"]: f"84{rank:010d}", SHORT["company"]: "x" * 900} for rank in range(2_000)
    ]
    return annuaire(folder, DAY, [*people, *people[:5]])


def test_processes_leave_what_one_leaves(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = long(store.folder)
    found = []
    for size in (1 << 30, 0):
        emptied(store)
        monkeypatch.setattr(annuaire_first, "SHARED_BYTES", size)
        store.load(path)
        found.append(state(store))
    assert found[0] == found[1]
    assert [content for _, content in marks(store)].count(0) == 5


def test_a_wrong_byte_met_by_a_process_is_refused_with_its_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annuaire_first, "SHARED_BYTES", 0)
    path = long(store.folder)
    path.write_bytes(path.read_bytes().replace(b"DU PHARE", b"DU PH\xd4RE", 1900))
    with pytest.raises(SourceError, match="0xD4"):
        store.load(path)
    assert store.one("SELECT count(*) FROM supply.practitioner") == 0
    assert [thread.name for thread in threading.enumerate() if "pass_on" in thread.name] == []


def test_half_an_answer_is_a_process_that_stopped() -> None:
    """A process may be killed while it writes."""
    answer = pickle.dumps([["a line of the register"] * 200])
    for length in (0, 1, len(answer) // 2, len(answer) - 1):
        process = object.__new__(WholeProcess)
        process._name = "annuaire.txt"
        process._process = SimpleNamespace(stdout=io.BytesIO(answer[:length]))
        with pytest.raises(StoreError, match="un de ses processus s'est arrêté"):
            next(process.chunks())


def test_a_process_that_dies_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annuaire_first, "SHARED_BYTES", 0)
    send = WholeProcess._send

    def killed(process: WholeProcess, request: object) -> None:
        send(process, request)
        process._process.kill()

    monkeypatch.setattr(WholeProcess, "_send", killed)
    with pytest.raises(StoreError, match="un de ses processus s'est arrêté"):
        store.load(annuaire(store.folder, DAY, PLAIN))
    assert store.one("SELECT count(*) FROM supply.practitioner") == 0

"""Elements of large JSON files come one by one, whatever the chunks they are read in."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import SourceError
from app.sources import json_stream
from app.sources.containers import contents
from app.sources.json_stream import json_elements
from tests.unit.sources.conftest import MAX_BYTES, Write

Twin = Callable[[str], Path]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(listed=st.lists(VALUES, max_size=8), indent=st.sampled_from([None, 1]), chunk=st.integers(1, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_a_list_comes_out_as_it_went_in(
    listed: list[object], indent: int | None, chunk: int, write: Write
) -> None:
    path = write("a.json", json.dumps(listed, indent=indent, ensure_ascii=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK_BYTES", chunk)
        found = list(json_elements(contents(path, MAX_BYTES)[0]))
    assert [element.value for element in found] == listed
    assert [element.rank for element in found] == list(range(1, len(listed) + 1))


def test_the_members_of_an_object_are_named(write: Write) -> None:
    path = write("a.json", '{"titre": "x", "sites": [1, {"a": 2}], "vide": [], "fin": {"b": 3}}')
    found = [(element.key, element.value) for element in json_elements(contents(path, MAX_BYTES)[0])]
    assert found == [("titre", "x"), ("sites", 1), ("sites", {"a": 2}), ("fin", {"b": 3})]


def test_elements_know_their_line(write: Write) -> None:
    path = write("a.json", '[\n 1,\n\n {"a":\n 2}\n]')
    assert [element.line for element in json_elements(contents(path, MAX_BYTES)[0])] == [2, 4]


def test_a_bom_is_skipped(write: Write) -> None:
    path = write("a.json", b"\xef\xbb\xbf[1]")
    assert [element.value for element in json_elements(contents(path, MAX_BYTES)[0])] == [1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[1,\n2", 2),
        ('{"a": [1,\n', 2),
        ("[1 2]", 1),
        ('{"a" 1}', 1),
        ("[1]\nreste", 2),
        ('{1: "a"}', 1),
        ('{"a":', 1),
    ],
)
def test_a_broken_text_is_refused_with_its_line(text: str, line: int, write: Write) -> None:
    with pytest.raises(SourceError, match="Le fichier JSON est") as caught:
        list(json_elements(contents(write("a.json", text), MAX_BYTES)[0]))
    assert caught.value.place.line == line


def test_bytes_that_are_not_utf8_are_refused(write: Write) -> None:
    with pytest.raises(SourceError, match="n'est pas en UTF-8"):
        list(json_elements(contents(write("a.json", '["é"]'.encode("latin-1")), MAX_BYTES)[0]))

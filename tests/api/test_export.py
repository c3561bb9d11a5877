"""``observatoire export``: the answers of the API in a file."""

import csv
import io

import pyogrio
import pytest


@pytest.fixture
def asked(served_town, command):
    return lambda *arguments: command(served_town, "export", *arguments)


DENSITIES = ("densities", "level=iris", "profession=medecin_generaliste")


def test_a_file_holds_what_the_api_answers(asked, served_client, tmp_path):
    path = tmp_path / "densites.csv"
    done = asked(*DENSITIES, "--output", path)
    assert done.code == 0
    told = served_client.get("/api/v1/densities?level=iris&profession=medecin_generaliste&format=csv")
    assert path.read_bytes() == told.content
    assert str(path) in done.out.decode()


def test_the_end_of_the_name_says_the_form(asked, tmp_path):
    path = tmp_path / "iris.gpkg"
    assert asked("territories", "level=iris", "--output", path).code == 0
    assert pyogrio.read_info(path)["geometry_type"] == "MultiPolygon"


def test_without_a_file_the_list_goes_to_the_standard_output(asked):
    done = asked("levels", "format=csv", "decimal=virgule")
    assert done.code == 0
    lines = list(csv.DictReader(io.StringIO(done.out.decode("utf-8-sig")), delimiter=";"))
    assert "iris" in {line["level"] for line in lines}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("densities", "level=iris", "profession=medecin_generalist"), "medecin_generaliste"),
        (("nope",), "Rien ne répond"),
        (("densities", "level"), "nom=valeur"),
        ((*DENSITIES, "format=pdf"), "pdf"),
    ],
)
def test_what_the_api_refuses_is_refused_and_no_file_is_left(asked, tmp_path, arguments, said):
    path = tmp_path / "liste.csv"
    done = asked(*arguments, "--output", path)
    assert done.code == 1
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(asked, tmp_path):
    done = asked("levels", "--output", tmp_path / "absent" / "niveaux.csv")
    assert done.code == 1
    assert "absent" in done.err

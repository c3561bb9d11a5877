"""Fetching from servers that misbehave: what arrives is whole and right, or nothing changes."""

import errno
import gzip
import io
import json
import logging
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import structlog
from twin import Handler, Served, Twin, announces, cut_after, error_500, html, running, silent_for, too_many

from app import cli
from app.errors import ParameterError, SetupError, SourceError
from app.jobs import fetch as fetching
from app.jobs.fetch import Fetched, deliveries, fetch, fetch_all
from app.settings import Settings
from app.sources import download
from app.sources.catalogue import REGISTERS
from app.sources.web import Patience, mirrored, open_client
from geodata.manifest import Delivery, Manifest, manifest

BAN = "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv/adresses-35.csv.gz"


def addresses(lines: int, mark: str = "Lices") -> bytes:
    """Write a BAN file of so many lines, in its real format; large enough to be cut."""
    head = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat;type_position;"
    head += "certification_commune;cad_parcelles"
    rows = [
        f"35238_{n:04d};;{n};;Place des {mark} {n * 7919 % 10007};35000;35238;Rennes;-1.68{n % 10};48.11;;;"
        for n in range(lines)
    ]
    return gzip.compress("\n".join([head, *rows, ""]).encode(), mtime=0)


@dataclass
class City:
    """A deployment without database, with its twin and a clock that does not wait."""

    settings: Settings
    twin: Twin
    waits: list[float]
    sources: Manifest

    def delivery(self, name: str) -> Delivery:
        return deliveries(self.settings, [name], sources=self.sources)[0]

    def fetch(
        self, name: str = "ban", *, whole: bool = False, retries: int = 4, **changes: object
    ) -> Fetched:
        settings = self.settings.model_copy(update=changes)
        patience = Patience(retries, sleep=self.waits.append, chance=lambda: 0.5)
        with open_client(settings) as client:
            return fetch(settings, self.delivery(name), client, patience=patience, whole=whole)

    def files(self) -> list[Path]:
        return sorted(path for path in self.settings.files.rglob("*") if path.is_file())


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with running() as twin:
        settings = Settings(
            home=tmp_path / "home",
            sources_url=twin.url,
            departements="35",
            fetch_timeout_s=5,
            _env_file=None,
        )
        lowered = {name: replace(one, min_bytes=500) for name, one in manifest().sources.items()}
        yield City(settings, twin, [], replace(manifest(), sources=lowered))


def bodies(twin: Twin) -> list[str]:
    """Return the requests that asked for a whole file or the rest of one."""
    return [path for method, path, headers in twin.requests if "bytes=-" not in headers.get("Range", "")]


def test_every_source_of_the_manifest_names_a_register_and_its_licence() -> None:
    for source in manifest().sources.values():
        register = REGISTERS[source.register]  # type: ignore[index]
        assert source.licence == register.licence
        assert source.cadence == register.cadence
        assert source.address or source.where
        assert source.min_bytes > 0
    assert set(REGISTERS) - {source.register for source in manifest().sources.values()} == {
        "actes",
        "activites",
        "ages",
        "groupes",
        "quartiers",
        "reference",
    }


def test_every_departement_has_one_openstreetmap_extract() -> None:
    codes = {f"{n:02d}" for n in range(1, 96)} - {"20"} | {"2A", "2B", "971", "972", "973", "974", "976"}
    assert set(manifest().extracts) == codes


def test_addresses_carry_departement_grid_extract_and_vintage() -> None:
    listed = manifest()
    two = listed.deliveries("ban", ["35", "53"])
    assert [(one.key, one.address) for one in two] == [
        ("ban-35", BAN),
        ("ban-53", BAN.replace("35", "53")),
    ]
    iris = listed.deliveries("iris", ["35", "53", "974"])
    assert [one.key for one in iris] == ["iris-LAMB93_FXX", "iris-RGR92UTM40S_REU"]
    assert "CONTOURS-IRIS_3-0__GPKG_LAMB93_FXX_2024-01-01.7z" in iris[0].address
    assert listed.deliveries("osm", ["35"])[0].address.endswith("/bretagne-latest.osm.pbf")


def test_a_file_arrives_whole_named_dated_and_kept_by_its_content(city: City) -> None:
    body = addresses(300)
    city.twin.serve(BAN, body)
    found = city.fetch()
    assert found.changed
    assert found.path.name == "adresses-35.csv.gz"
    assert found.path.read_bytes() == body
    assert found.vintage == date(2025, 11, 3)
    assert [path.name for path in city.files()] == [f"{found.sha256}-adresses-35.csv.gz"]
    for private in ("files", "fetched"):
        assert (city.settings.home / private).stat().st_mode & 0o077 == 0, "registers name people"


def test_an_unchanged_file_is_not_taken_again(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    first = city.fetch()
    city.twin.requests.clear()
    second = city.fetch()
    assert (second.changed, second.sha256, second.vintage) == (False, first.sha256, first.vintage)
    assert city.twin.asked("If-None-Match")[0] is not None
    assert len(bodies(city.twin)) == 1


@pytest.mark.parametrize("etag", [True, False])
def test_new_content_is_taken(city: City, etag: bool) -> None:
    city.twin.serve(BAN, addresses(300), etag=etag)
    city.fetch()
    city.twin.serve(BAN, addresses(301), etag=etag, modified="Mon, 10 Nov 2025 08:10:00 GMT")
    found = city.fetch()
    assert found.changed
    assert found.vintage == date(2025, 11, 10)
    assert len(city.files()) == 2


@pytest.mark.parametrize("ranges", [True, False])
def test_content_that_changed_under_the_same_date_and_length_is_seen(city: City, ranges: bool) -> None:
    before, after = (gzip.decompress(addresses(300, name)) for name in ("Lices", "Halle"))
    assert len(before) == len(after)
    city.twin.serve(BAN, before, etag=False, ranges=ranges)
    city.fetch()
    city.twin.serve(BAN, after, etag=False, ranges=ranges)
    found = city.fetch()
    assert found.changed
    assert found.path.read_bytes() == after


def test_a_cut_download_goes_on_where_it_stopped(city: City) -> None:
    body = addresses(20_000)
    city.twin.serve(BAN, body)
    city.twin.faults = [cut_after(0.5)]
    assert city.fetch().path.read_bytes() == body
    ranges = [text for text in city.twin.asked("Range") if text]
    assert len(ranges) == 1
    assert 0 < int(ranges[0].removeprefix("bytes=").rstrip("-")) <= len(body) // 2
    assert len(city.waits) == 1


def test_a_later_run_goes_on_where_an_earlier_one_gave_up(city: City) -> None:
    body = addresses(20_000)
    city.twin.serve(BAN, body)
    city.twin.faults = [cut_after(0.4), error_500]
    with pytest.raises(SourceError, match="sera repris"):
        city.fetch(retries=1)
    city.twin.requests.clear()
    assert city.fetch().path.read_bytes() == body
    assert city.twin.asked("Range")[0] is not None


def test_a_file_that_changed_while_it_was_cut_is_taken_from_the_start(city: City) -> None:
    city.twin.serve(BAN, addresses(20_000))
    city.twin.faults = [cut_after(0.4), error_500]
    with pytest.raises(SourceError):
        city.fetch(retries=1)
    body = addresses(20_001)
    city.twin.serve(BAN, body)
    assert city.fetch().path.read_bytes() == body


def under_way(city: City, body: bytes, *, announced: int, etag: str) -> None:
    """Leave what a killed run leaves: bytes that arrived, what was said of them, and a file half taken in."""
    folder = city.settings.home / "fetched" / "ban-35" / "incoming"
    folder.mkdir(parents=True)
    (folder / "part").write_bytes(body)
    said = {"etag": etag, "last_modified": None, "size": announced, "name": "adresses-35.csv.gz"}
    address = mirrored(BAN, city.twin.url)
    (folder / "part.json").write_text(json.dumps(said | {"address": address}))
    (folder / "adresses-vieilles.csv.gz").write_bytes(b"reste")


def test_a_run_killed_after_the_last_byte_costs_no_new_download(city: City) -> None:
    body = addresses(300)
    mark = city.twin.serve(BAN, body).mark
    under_way(city, body, announced=len(body), etag=mark)
    assert city.fetch().path.read_bytes() == body
    assert city.twin.requests == []


def test_what_is_under_way_and_longer_than_the_file_is_taken_from_the_start(city: City) -> None:
    body = addresses(300)
    mark = city.twin.serve(BAN, body).mark
    under_way(city, body + b"trop", announced=len(body) + 9, etag=mark)
    assert city.fetch().path.read_bytes() == body
    assert [path.name for path in (city.settings.home / "fetched/ban-35/incoming").iterdir()] == []


def test_a_full_disk_is_said_before_anything_is_written(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.twin.serve(BAN, addresses(300))
    city.fetch()
    city.twin.serve(BAN, addresses(301))
    usage = shutil.disk_usage(city.settings.home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=100))
    with pytest.raises(SourceError, match="100 sur le disque") as refused:
        city.fetch()
    assert "Libérez de la place" in refused.value.hint
    assert len(city.files()) == 1


def test_a_disk_that_fills_up_half_way_is_said_and_nothing_is_lost(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.twin.serve(BAN, addresses(300))
    city.fetch()
    city.twin.serve(BAN, addresses(301))

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(SourceError, match="ne peut pas être écrit"):
            city.fetch()
    assert city.fetch().changed


def test_a_server_without_ranges_is_asked_again_from_the_start(city: City) -> None:
    body = addresses(20_000)
    city.twin.serve(BAN, body, ranges=False)
    city.twin.faults = [cut_after(0.5)]
    assert city.fetch().path.read_bytes() == body


def test_an_error_one_time_in_eight_costs_only_waits_that_grow(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    city.twin.every = {8: error_500}
    for _ in range(8):
        city.fetch(whole=True)
    assert len(city.waits) == 1
    city.twin.every = {}
    city.twin.faults = [error_500] * 4
    city.waits.clear()
    city.fetch(whole=True)
    assert city.waits == [2.0, 4.0, 8.0, 16.0]


def test_a_server_that_asks_for_time_is_given_it(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    city.twin.faults = [too_many]
    city.fetch()
    assert city.waits == [7.0]


def test_a_silent_server_is_left_and_asked_again(city: City) -> None:
    body = addresses(20_000)
    city.twin.serve(BAN, body)
    city.twin.faults = [silent_for(1.0)]
    assert city.fetch(fetch_timeout_s=0.2).path.read_bytes() == body
    assert len(city.waits) == 1


def test_a_length_longer_than_the_body_is_a_cut(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    city.twin.faults = [announces(100)]
    assert city.fetch().path.read_bytes() == addresses(300)
    assert len(city.waits) == 2, "once for the cut, once because nothing lies beyond the true end"


def test_a_length_shorter_than_the_body_gives_no_file(city: City) -> None:
    plain = zipped({"adresses-35.csv": gzip.decompress(addresses(300))})
    city.twin.serve(BAN, plain)
    city.twin.faults = [announces(-100)]
    with pytest.raises(SourceError, match="coupé ou abîmé"):
        city.fetch()
    assert city.files() == []


def test_redirects_lead_to_the_file_and_its_name(city: City) -> None:
    body = addresses(300)
    city.twin.serve("static.data.gouv.fr/resources/ban/20251103/adresses-ban-35.csv.gz", body)
    target = f"{city.twin.url}/static.data.gouv.fr/resources/ban/20251103/adresses-ban-35.csv.gz"
    city.twin.serve(BAN, b"", moved_to=target)
    assert city.fetch().path.name == "adresses-ban-35.csv.gz"


def test_redirects_without_end_are_refused(city: City) -> None:
    city.twin.serve(BAN, b"", moved_to=mirrored(BAN, city.twin.url))
    with pytest.raises(SourceError, match="sans fin"):
        city.fetch()
    assert city.waits == []


@pytest.mark.parametrize("named", ['attachment; filename="../../etc/adresses-35.csv.gz"', "attachment"])
def test_a_name_given_by_the_server_never_leaves_the_folder(city: City, named: str) -> None:
    city.twin.serve(BAN, addresses(300), disposition=named)
    assert city.fetch().path.name == "adresses-35.csv.gz"


def test_a_page_instead_of_the_file_is_refused_and_the_old_file_kept(city: City) -> None:
    body = addresses(300)
    city.twin.serve(BAN, body)
    city.fetch()
    city.twin.serve(BAN, addresses(301))
    city.twin.faults = [html, html]
    with pytest.raises(SourceError) as refused:
        city.fetch()
    assert "page web" in refused.value.detail
    assert "Maintenance" in refused.value.detail
    assert BAN in refused.value.detail
    assert "gardé" in refused.value.detail
    assert len(city.files()) == 1
    assert city.fetch().path.read_bytes() == addresses(301)


def test_a_file_of_another_register_is_refused(city: City) -> None:
    city.twin.serve(BAN, b"cedex;libelle;insee\n" + b"35042;RENNES CEDEX;35238\n" * 100)
    with pytest.raises(SourceError, match="n'est pas un fichier d'adresses"):
        city.fetch()
    assert city.files() == []


@pytest.mark.parametrize("announced", [True, False])
def test_a_delivery_under_the_floor_is_refused(city: City, announced: bool) -> None:
    city.twin.serve(BAN, b"id;nom\n1;x\n")
    if not announced:
        city.twin.faults = [lambda handler, found: handler.plain(200, found.body)]
    with pytest.raises(SourceError, match="au moins 500"):
        city.fetch()
    assert city.files() == []


def test_a_delivery_over_the_limit_is_refused(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    with pytest.raises(SourceError, match="taille permise"):
        city.fetch(max_file_bytes=1000)


def test_an_address_where_nothing_is_published_is_said_at_once(city: City) -> None:
    with pytest.raises(SourceError, match="404") as refused:
        city.fetch()
    assert "OBSERVATOIRE_SOURCE_ADDRESSES" in refused.value.hint
    assert city.waits == []


def test_a_server_that_stays_ill_is_left_with_a_message_that_says_what_to_do(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    city.twin.every = {1: error_500}
    with pytest.raises(SourceError) as refused:
        city.fetch(retries=3)
    assert "après 4 essais : le serveur répond 500" in refused.value.detail
    assert "gardé" in refused.value.detail
    assert refused.value.hint
    assert len(city.waits) == 3


def zipped(members: dict[str, bytes]) -> bytes:
    """Pack files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"../adresses-35.csv": gzip.decompress(addresses(300))}, "sort de son dossier"),
        ({"adresses-35.csv": b"0" * (40 << 20)}, "par prudence"),
        ({"lisez-moi.pdf": b"%PDF" + os.urandom(800)}, "aucun fichier lisible"),
    ],
    ids=["a path that escapes", "a bomb", "nothing to read"],
)
def test_an_unsafe_archive_is_refused_and_leaves_nothing(
    city: City, members: dict[str, bytes], said: str
) -> None:
    city.twin.serve(BAN, zipped(members))
    with pytest.raises(SourceError, match=said):
        city.fetch()
    assert city.files() == []
    assert list(city.settings.home.rglob("adresses*")) == []


def test_offline_takes_what_is_here_and_asks_nothing(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    first = city.fetch()
    city.twin.requests.clear()
    assert city.fetch(offline=True) == replace(first, changed=False)
    assert city.twin.requests == []


def test_offline_without_the_file_names_its_address(city: City) -> None:
    with pytest.raises(SourceError, match="jamais été téléchargé") as refused:
        city.fetch(offline=True)
    assert BAN in refused.value.hint


def test_offline_a_damaged_file_is_refused(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    kept = city.fetch().path.resolve()
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    with pytest.raises(SourceError, match="abîmé"):
        city.fetch(offline=True)


def test_a_file_removed_by_hand_is_taken_again(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    city.fetch().path.resolve().unlink()
    assert city.fetch().path.exists()


def test_one_failure_does_not_keep_the_other_files_from_coming(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.twin.serve(BAN.replace("35", "53"), addresses(300))
    two = city.settings.model_copy(update={"departements": "35,53"})
    told: list[str] = []
    with pytest.raises(SourceError, match=r"1 fichiers sur 2 .* ban-35"):
        fetch_all(two, deliveries(two, ["ban"], sources=city.sources), told.append, patience=Patience(0))
    assert told[0].startswith("ban-35 : Rien n'est publié à cette adresse")
    assert told[1].startswith("ban-53 : nouveau")


def test_a_source_without_a_common_address_says_where_to_find_it(city: City) -> None:
    with pytest.raises(ParameterError) as refused:
        deliveries(city.settings, ["gtfs"])
    assert "transport.data.gouv.fr" in refused.value.hint
    given = city.settings.model_copy(update={"source_addresses": {"gtfs": "https://reseau.example/gtfs.zip"}})
    assert deliveries(given, ["gtfs"])[0].address == "https://reseau.example/gtfs.zip"


def test_a_place_must_be_chosen_before_its_files_are_asked_for(city: City) -> None:
    with pytest.raises(ParameterError, match="par département"):
        deliveries(city.settings.model_copy(update={"departements": None}), ["ban"])
    with pytest.raises(ParameterError, match="n'existe pas"):
        deliveries(city.settings, ["inconnue"])


def test_a_bundle_of_certificates_that_is_none_is_refused(city: City, tmp_path: Path) -> None:
    bundle = tmp_path / "igc.pem"
    for write in (lambda: None, lambda: bundle.write_text("pas un certificat")):
        write()
        with pytest.raises(SetupError, match="certificats"):
            open_client(city.settings.model_copy(update={"ca_bundle": bundle}))


def test_what_is_known_of_a_file_is_written_whole(city: City) -> None:
    city.twin.serve(BAN, addresses(300))
    found = city.fetch()
    state = json.loads((found.path.parent / "state.json").read_text(encoding="utf-8"))
    assert state["address"] == BAN
    assert state["sha256"] == found.sha256
    assert state["last_modified"] == "Mon, 03 Nov 2025 08:10:00 GMT"


def test_the_command_tells_of_each_file_and_fails_when_one_does(
    city: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fetching, "manifest", lambda: city.sources)
    for name, text in {
        "HOME": str(city.settings.home),
        "SOURCES_URL": city.twin.url,
        "DEPARTEMENTS": "35",
        "FETCH_RETRIES": "0",
    }.items():
        monkeypatch.setenv(f"OBSERVATOIRE_{name}", text)
    city.twin.serve(BAN, addresses(300))
    for arguments, code, said in (
        (["ban"], 0, "ban-35 : nouveau, adresses-35.csv.gz"),
        (["ban", "--offline"], 0, "ban-35 : inchangé"),
        (["finess"], 1, "finess : Rien n'est publié"),
        (["inconnue"], 1, ""),
    ):
        monkeypatch.setattr(sys, "argv", ["observatoire", "source", "fetch", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == code
        assert said in capsys.readouterr().out
    structlog.reset_defaults()
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def test_a_trickle_is_left_and_taken_up_again(city: City) -> None:
    body = addresses(20_000)
    city.twin.serve(BAN, body)
    moments = iter([0.0, 100.0, 100.0])
    patience = Patience(2, sleep=city.waits.append, clock=lambda: next(moments, 100.0))
    crawling = city.settings.model_copy(update={"fetch_timeout_s": 5.0})

    def trickle(handler: Handler, found: Served) -> None:
        handler.begin(found, 200, len(found.body))
        handler.wfile.write(found.body[:5000])
        handler.wfile.flush()
        handler.close_connection = True

    city.twin.faults = [trickle]
    with open_client(crawling) as client:
        assert fetch(crawling, city.delivery("ban"), client, patience=patience).path.read_bytes() == body
    assert city.twin.asked("Range") == [None, "bytes=5000-"]


def test_progress_is_told_with_the_total(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "TOLD_BYTES", 20_000)
    body = addresses(20_000)
    city.twin.serve(BAN, body)
    told: list[tuple[str, int, int | None]] = []
    with open_client(city.settings) as client:
        fetch(city.settings, city.delivery("ban"), client, progress=lambda *at: told.append(at))
    assert {(key, total) for key, _, total in told} == {("ban-35", len(body))}
    assert [here for _, here, _ in told] == sorted({here for _, here, _ in told})


def test_two_runs_at_once_fetch_the_file_once(city: City) -> None:
    body = addresses(20_000)
    city.twin.serve(BAN, body)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _rank: city.fetch(), range(2)))
    assert sorted(one.changed for one in both) == [False, True]
    assert both[0].path.read_bytes() == body
    assert len(city.files()) == 1

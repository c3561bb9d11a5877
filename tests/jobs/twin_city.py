"""The demo city as the public servers would give it: real addresses, names, archives and formats."""

import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import py7zr
from twin import Twin

from app.sources.recognise import recognise
from app.sources.rows import Rejects
from geodata.manifest import Manifest, manifest

EPCI = "000000001"
ANNUAIRE = "PS_LibreAcces_Personne_activite_202511030800.txt"


def twin_manifest() -> Manifest:
    """Return the manifest with floors for a small city, and the fictitious département's extract."""
    real = manifest()
    lowered = {name: replace(source, min_bytes=50) for name, source in real.sources.items()}
    return replace(real, sources=lowered, extracts={**real.extracts, "00": "aubrelle"})


def zipped(members: dict[str, bytes]) -> bytes:
    """Pack files into a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def seven_zipped(members: dict[str, bytes]) -> bytes:
    """Pack files into a 7z."""
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", filters=[{"id": py7zr.FILTER_LZMA2, "preset": 1}]) as archive:
        for name, body in members.items():
            archive.writef(io.BytesIO(body), name)
    return packed.getvalue()


def finess_plus(path: Path) -> bytes:
    """Write the establishments of another edition as FINESS+: JSON, gzipped."""
    file = recognise(path, max_bytes=1 << 30)
    columns = file.register.columns
    sites = []
    for row in file.rows(Rejects()):
        said = {name: value or "" for name, value in zip(columns, row, strict=True)}
        place = {
            "usageAdresse": {"code": "03"},
            "numeroVoie": said["street_number"],
            "typeVoie": said["street_type"],
            "libelleVoie": said["street_name"],
            "codePostal": said["postcode"],
            "cogCommune": said["commune_code"],
            "ligneAcheminement": said["town"],
            "coordonneesGeographique": {"coordonneeX": said["x"], "coordonneeY": said["y"]},
        }
        general = {"numFinessEge": said["finess"], "nomEgeLong": said["name"], "siret": said["siret"]}
        sites.append(
            {
                "informationsGeneralesEGE": general,
                "categorieEntiteGeographiqueExercice": {"code": said["category_code"]},
                "numFinessPm": said["finess_legal"],
                "etatObjet": "ACTIF",
                "adresse": [place],
            }
        )
    return gzip.compress(json.dumps(sites).encode(), mtime=0)


def serve_city(twin: Twin, folder: Path) -> None:
    """Serve the files of ``geodata.demo.generate`` under the addresses of the manifest."""
    listed = twin_manifest()

    def serve(name: str, body: bytes, moved: str = "", **how: object) -> None:
        [delivery] = listed.deliveries(name, [EPCI if name == "epci" else "00"])
        if moved:
            twin.serve(moved, body, **how)
            twin.serve(delivery.address, b"", moved_to=f"{twin.url}/{moved}")
        else:
            twin.serve(delivery.address, body, **how)

    def read(name: str) -> bytes:
        return (folder / name).read_bytes()

    communes = json.loads(read("communes.geojson"))["features"]
    flat = [
        {name: one["properties"][name] for name in ("nom", "code", "codeDepartement")} for one in communes
    ]
    iris = "CONTOURS-IRIS_3-0__GPKG_LAMB93_FXX_2024-01-01"
    serve("communes", read("communes.geojson"), modified=None, ranges=False, kind="application/json")
    serve("epci", json.dumps(flat).encode(), modified=None, ranges=False, kind="application/json")
    serve("cedex", read("cedex_fictif.csv"), disposition='attachment; filename="cedex.csv"')
    layer = f"{iris}/CONTOURS-IRIS/1_DONNEES_LIVRAISON_2024-06-00131/{iris}/iris.gpkg"
    serve("iris", seven_zipped({f"{iris}/LISEZ-MOI.pdf": b"%PDF", layer: read("CONTOURS-IRIS_2024.gpkg")}))
    table = "base-ic-evol-struct-pop-2022.CSV"
    meta = b"COD_VAR;LIB_VAR\nIRIS;IRIS\nCOM;Commune\n"
    serve("iris_population", zipped({table: read(table), f"meta_{table}": meta}))
    serve("filosofi", zipped({"carreaux_200m_met.gpkg": read("carreaux_200m_met.gpkg")}))
    qpv = "QP2024_France_Hexagone_Outre_Mer_WGS84.gpkg"
    static = "static.data.gouv.fr/resources"
    serve("qpv", zipped({qpv: read(qpv)}), f"{static}/qpv/20240110/QP2024_France_Hexagone_Outre_Mer.zip")
    serve("ban", read("adresses-00.csv.gz"))
    serve("osm", read("aubrelle.osm.pbf"), "download.geofabrik.de/europe/france/aubrelle-251101.osm.pbf")
    serve("finess", finess_plus(next(folder.glob("etalab-*.csv"))), f"{static}/finess/structures.json.gz")
    three = {
        "PS_LibreAcces_SavoirFaire_202511030800.txt": b"Type d'identifiant PP|Identifiant PP|\n",
        ANNUAIRE: read(ANNUAIRE),
    }
    serve("annuaire", zipped(three), f"{static}/annuaire/20251103-081000/ps-libreacces.zip")

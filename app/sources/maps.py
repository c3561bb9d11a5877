"""Recognition of layers of polygons: which register, which variant, in which projection."""

from app.sources import filosofi, iris, qpv, quartiers
from app.sources.assemble import assemble
from app.sources.catalogue import REGISTERS, RegisterName
from app.sources.columns import Match, Variant, chosen
from app.sources.communes import VARIANT as COMMUNES
from app.sources.communes import featured_communes, is_communes
from app.sources.containers import Content
from app.sources.finding import Finding, unknown
from app.sources.layers import Layer, feature_properties, geojson_features, open_geojson, open_layer
from app.sources.places import WGS84
from app.sources.polygons import first_batch, polygon_rows, settle_srid

VARIANTS: tuple[Variant, ...] = (
    *qpv.VARIANTS,
    *iris.VARIANTS,
    *filosofi.VARIANTS,
    *quartiers.VARIANTS,
)
OWN_QUARTIERS = (
    " Pour des quartiers de la ville, dites quelles colonnes portent leur code et leur nom : "
    "OBSERVATOIRE_QUARTIER_COLUMNS=CODE,NOM."
)
NO_FEATURE = "couche vide : le fichier ne contient aucun objet"


def recognise_geojson(
    content: Content, expected: RegisterName | None, quartier_columns: tuple[str, ...] = ()
) -> Finding:
    """Recognise a GeoJSON file: communes with their nested properties, or any layer of polygons."""
    first = next((feature for _, feature in geojson_features(content)), None)
    if first is not None and expected in (None, "communes") and is_communes(feature_properties(first)):
        return Finding(
            register=REGISTERS["communes"],
            variant=f"{COMMUNES.label} (GeoJSON)",
            rows=lambda rejects: assemble(
                content.path, COMMUNES, featured_communes(content, rejects), rejects
            ),
            columns=tuple(feature_properties(first)),
            encoding="utf-8",
            srid=WGS84,
        )
    return recognise_layer(open_geojson(content), expected, quartier_columns)


def recognise_gdal(
    content: Content, expected: RegisterName | None, quartier_columns: tuple[str, ...] = ()
) -> Finding:
    """Recognise a GeoPackage or a Shapefile."""
    return recognise_layer(open_layer(content), expected, quartier_columns)


def recognise_layer(
    layer: Layer, expected: RegisterName | None, quartier_columns: tuple[str, ...] = ()
) -> Finding:
    """Recognise a layer by its columns, then settle its projection. Raises SourceError when either fails.

    ``quartier_columns`` are those of the code and of the name in a layer of quartiers, when a city chose
    them: of two namings that explain as many columns, the chosen one stands first.
    """
    own = (quartiers.chosen_variant(quartier_columns),) if quartier_columns else ()
    found = chosen((*own, *VARIANTS), layer.columns, expected)
    if found is None or not found.complete:
        refused = unknown(layer.path, layer.columns, found, expected)
        if expected in (None, "quartiers"):
            refused.hint += OWN_QUARTIERS
        raise refused
    srid, part, notes = _projection(layer, found)
    return Finding(
        register=found.variant.register,
        variant=found.variant.label,
        rows=lambda rejects: polygon_rows(layer, found, srid or WGS84, rejects),
        columns=layer.columns,
        encoding="utf-8" if layer.content.kind == "json" else None,
        missing=found.missing_optional,
        srid=srid,
        part=part,
        notes=notes,
    )


def _projection(layer: Layer, found: Match) -> tuple[int | None, str, tuple[str, ...]]:
    if found.variant.register_name == "filosofi":
        batch = first_batch(layer, (layer.columns[found.positions["code"]],))
        if batch is not None:
            return filosofi.check_cells(layer, found, batch)
    else:
        batch = first_batch(layer, ())
    srid, notes = settle_srid(layer, batch)
    return srid, "", notes if batch is not None else (*notes, NO_FEATURE)

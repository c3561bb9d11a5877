"""Query parameters of the routes on access to care."""

from typing import Literal

from pydantic import Field

from app.api.parameters import (
    AskedDeparture,
    AskedMode,
    AskedProfession,
    AskedScope,
    DrawnQuery,
    TerritoriesQuery,
)


class ServedQuery(TerritoriesQuery):
    """Whom the places of practice of one profession serve, by territory."""

    profession: AskedProfession
    scope: AskedScope = "liberal"
    mode: AskedMode
    departure: AskedDeparture = None


class AccessQuery(ServedQuery):
    """Times to the nearest places of practice, by territory."""

    n: int = Field(
        default=1,
        ge=1,
        le=20,
        description="Rang du lieu d'exercice : 1 pour le plus proche, 2 pour le deuxième, etc.",
    )


class WithinReachQuery(TerritoriesQuery):
    """How far one goes, and how many places one wants there."""

    mode: AskedMode
    departure: AskedDeparture = None
    minutes: int = Field(
        ge=1,
        le=60,
        description="Durée du trajet, en minutes ; au plus 30 à pied et en voiture, 20 à vélo, 45 en "
        "transports en commun.",
        examples=[15],
    )
    k: int = Field(
        default=1,
        ge=1,
        le=20,
        description="Nombre de lieux d'exercice : « covered_k » compte les habitants qui en atteignent k.",
    )
    draw: Literal["union", "territories", "cells"] = Field(
        default="union",
        description="En geojson : la surface couverte d'un seul tenant (union), les territoires "
        "(territories), ou les carreaux non couverts avec leurs habitants (cells).",
    )


class CoverageQuery(ServedQuery, WithinReachQuery):
    """Who has a place of practice within reach, by territory."""


class NearestQuery(DrawnQuery):
    """The places of practice nearest to a point."""

    lon: float = Field(
        ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrés WGS 84.", examples=[-1.68]
    )
    lat: float = Field(
        ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrés WGS 84.", examples=[48.11]
    )
    profession: AskedProfession
    scope: AskedScope = "liberal"
    mode: AskedMode
    departure: AskedDeparture = None
    n: int = Field(default=3, ge=1, le=50, description="Nombre de lieux d'exercice demandés.")

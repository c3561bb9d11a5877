"""Moments as people of the city read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def local(moment: datetime) -> str:
    """Write a moment on the clock of Paris."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}"

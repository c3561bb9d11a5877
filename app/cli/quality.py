"""``observatoire quality``: the account of what is published."""

from datetime import UTC, datetime

from app.cli.running import migrated_engine, say, settings_now
from app.indicators.account_words import account_lines
from app.indicators.quality import account


def quality() -> None:
    """Dit ce que vaut ce qui est publié : sources, âges, rejets, lieux localisés, contrôles."""
    settings = settings_now()
    with migrated_engine(settings).connect() as connection:
        found = account(connection, datetime.now(UTC), settings.max_supply_age_days)
    for line in account_lines(found):
        say(line)

"""Every indicator, once: the API, the map's menu, the exports and the documentation are drawn from here.

Adding an indicator is adding one entry to its family in ``entries``, with its function and its test.
"""

from app.indicators.entries import gap, inequality, need, reach, supply, time
from app.indicators.entry import Indicator

# Families by the title that readers see, in the order of the menu.
FAMILIES: dict[str, tuple[Indicator, ...]] = {
    "L'offre": supply.ENTRIES,
    "L'écart entre les QPV et le reste": gap.ENTRIES,
    "Ce que l'on peut rejoindre": reach.ENTRIES,
    "Les inégalités": inequality.ENTRIES,
    "Les besoins": need.ENTRIES,
    "Au fil du temps": time.ENTRIES,
}
INDICATORS: dict[str, Indicator] = {
    indicator.slug: indicator for entries in FAMILIES.values() for indicator in entries
}

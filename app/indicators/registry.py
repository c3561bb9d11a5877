"""Every indicator, once: the API, the map's menu, the exports and the documentation are drawn from here.

Adding an indicator is adding one entry to its family in ``entries``, with its function and its test.
"""

from app.indicators.entries import gap, inequality, need, reach, supply, time
from app.indicators.entry import Indicator

INDICATORS: dict[str, Indicator] = {
    indicator.slug: indicator
    for family in (supply, gap, reach, inequality, need, time)
    for indicator in family.ENTRIES
}

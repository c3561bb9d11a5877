"""The table of the README: one line an indicator, drawn from the registry."""

from app.indicators.entry import Direction, Secrecy
from app.indicators.registry import INDICATORS
from app.indicators.wording import LEVELS

BEGIN, END = "<!-- indicators -->", "<!-- /indicators -->"
BETTER: dict[Direction, str] = {"more_is_better": "more", "less_is_better": "less", "neutral": ""}
HIDDEN: dict[Secrecy, str] = {
    "none": "",
    "practitioners": "under 5 practitioners",
    "households": "up to 10 households",
}
MANY = 5


def indicator_table() -> str:
    """Return the table as Markdown, between its two marks."""
    lines = [
        BEGIN,
        "| indicator | in French | unit | levels | better | not shown |",
        "|---|---|---|---|---|---|",
    ]
    for one in INDICATORS.values():
        levels = ", ".join(one.levels) if len(one.levels) < MANY else f"{one.levels[0]} to {one.levels[-1]}"
        cells = (
            *(f"`{one.slug}`", one.label, one.unit),
            *("all" if one.levels == LEVELS else levels, BETTER[one.direction], HIDDEN[one.secrecy]),
        )
        lines.append("".join(f"| {cell} " if cell else "| " for cell in cells) + "|")
    return "\n".join([*lines, END])


def with_table(readme: str) -> str:
    """Return a README whose table is today's."""
    before, _, rest = readme.partition(BEGIN)
    return before + indicator_table() + rest.partition(END)[2]

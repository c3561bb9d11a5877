"""The age pyramid of a territory, in shares of its people, with the outline of what holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.indicators.wording import THIN_SPACE
from app.maps.charts.svg import (
    INK,
    OWN,
    RULE,
    SOFT,
    WIDTH,
    bar,
    mark_label,
    path,
    picture,
    rule,
    steps,
    words,
)

MIDDLE, GAP, EDGE = WIDTH / 2, 34.0, 10.0
ROW, TOP, FOOT = 30.0, 26.0, 42.0
WOMEN = "#8fcbd6"


@dataclass(frozen=True, slots=True)
class Ages:
    """People by age class: (men, women), in heads."""

    label: str
    people: Mapping[str, tuple[float, float]]

    def shares(self, classes: Sequence[str]) -> list[tuple[float, float]]:
        """Return men and women of each class in hundredths of all of them."""
        total = sum(men + women for men, women in self.people.values())
        if not total:
            return [(0.0, 0.0)] * len(classes)
        return [
            (100 * men / total, 100 * women / total) for men, women in (self.people[one] for one in classes)
        ]


def draw_pyramid(
    name: str, title: str, classes: Sequence[tuple[str, str]], own: Ages, other: Ages | None
) -> Markup:
    """Return the chart; ``classes`` are (slug, label), the youngest first, drawn from below."""
    slugs = [slug for slug, _ in classes]
    shares = own.shares(slugs)
    beside = other.shares(slugs) if other else []
    marks = steps(max((side for pair in (*shares, *beside) for side in pair), default=0.0), most=3)
    across = (MIDDLE - GAP - EDGE) / marks[-1]
    base = TOP + ROW * len(classes)
    parts = [
        words("Hommes", MIDDLE - GAP, 14, anchor="end", strong=True),
        words("Femmes", MIDDLE + GAP, 14, strong=True),
        *_axis(marks, across, base),
    ]
    for rank, ((_, label), (men, women)) in enumerate(zip(classes, shares, strict=True)):
        top = base - ROW * (rank + 1)
        parts += [
            bar(MIDDLE - GAP - men * across, top + 3, men * across, ROW - 6, fill=OWN),
            bar(MIDDLE + GAP, top + 3, women * across, ROW - 6, fill=WOMEN, stroke=OWN),
            words(label, MIDDLE, top + 20, anchor="middle", size=13),
        ]
    if other is not None:
        for side, place in ((-1, 0), (1, 1)):
            outline = [
                (MIDDLE + side * (GAP + pair[place] * across), base - ROW * (rank + end))
                for rank, pair in enumerate(beside)
                for end in (0, 1)
            ]
            parts.append(path(outline, stroke=INK, width=1.5, dashes="4 3"))
        parts.append(rule(EDGE, base + 32, EDGE + 24, base + 32, stroke=INK, width=1.5, dashes="4 3"))
        parts.append(words(other.label, EDGE + 31, base + 36, size=13))
    told = " ; ".join(
        f"{label}, {_percent(men)} d'hommes et {_percent(women)} de femmes"
        for (_, label), (men, women) in zip(classes, shares, strict=True)
    )
    return picture(name, title, f"Parts des habitants : {told}.", base + FOOT, parts)


def _axis(marks: Sequence[float], across: float, base: float) -> list[str]:
    parts = []
    for mark in marks:
        label = f"{mark_label(mark, marks[1])}{THIN_SPACE}%"
        for side in (-1, 1):
            x = MIDDLE + side * (GAP + mark * across)
            parts.append(rule(x, TOP, x, base, stroke=SOFT if mark == 0 else RULE))
            anchor = "middle" if 0 < mark < marks[-1] else ("start" if (side == -1) == (mark > 0) else "end")
            parts.append(words(label, x, base + 15, anchor=anchor, size=12, fill=SOFT))
    return parts


def _percent(share: float) -> str:
    return f"{share:.1f}{THIN_SPACE}%".replace(".", ",")

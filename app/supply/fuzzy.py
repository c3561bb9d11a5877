"""Which streets of a commune a written street may mean when none of them is written exactly so.

Four ways of writing are understood, each between the words that tell streets apart (``street_key`` of
``app.supply.address``): letters typed wrong, accented letters lost, words shortened or reordered, a first
name or a title left out. Words are compared one by one, since given names differ by a letter or two (RENE
and IRENE, ALICE and ELISE). Numbers inside a name ("8 MAI 1945") are never guessed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from app.supply.address import KINDS

# Edition of the rules below: matches of another edition are made anew.
RULES = 2
# A weaker resemblance is no match.
LEAST = 0.7
# Streets that resemble nearly as well as the best stay beside it: the house number decides, or nothing does.
MARGIN = 0.1
MOST = 4

# Letters that bear an accent or a cedilla in French: what a faulty conversion loses.
_ACCENTED = frozenset("ACEIOUY")
# Particles with two letters exchanged.
_MISTYPED_PARTICLES = frozenset(
    ["AL", "EL", "ED", "UD", "SED", "EDS", "DSE", "SEL", "ELS", "LSE", "UA", "UAX", "AXU"]
)
_WORD_OF_ONE_EDIT, _WORD_OF_TWO_EDITS = 5, 9
_LETTERS_OF_TWO_EDITS = 10
_TELLING = 5
_WIDEST = 6
_NO_TYPE = 0.95
_SHORTENED, _LEFT_OUT = 0.9, 0.8


@dataclass(frozen=True, slots=True)
class Street:
    """A street name taken apart: its type or "", the rest, its words, its letters in a row, its numbers."""

    key: str
    kind: str
    core: str
    words: tuple[str, ...]
    letters: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A street of the commune and how much a written one resembles it, 0 to 1."""

    key: str
    score: float


@dataclass(slots=True)
class StreetList:
    """The streets of one commune, ready to be compared with."""

    streets: list[Street]
    letters: list[str] = field(init=False)
    whole: list[str] = field(init=False)
    by_last_word: dict[str, list[Street]] = field(init=False)

    def __post_init__(self) -> None:
        self.letters = [street.letters for street in self.streets]
        self.whole = [street.key.replace(" ", "") for street in self.streets]
        self.by_last_word = defaultdict(list)
        for street in self.streets:
            for word in {street.words[-1], street.words[0]}:
                self.by_last_word[word].append(street)


def street(key: str) -> Street:
    """Take a ``street_key`` apart.

    >>> street("RUE GENERAL LECLERC").words
    ('GENERAL', 'LECLERC')
    """
    kind = next((k for k in KINDS if key.startswith(f"{k} ")), "")
    core = key[len(kind) :].strip()
    words = tuple(word for word in core.split() if word not in _MISTYPED_PARTICLES) or tuple(core.split())
    numbers = tuple(word for word in words if any(letter.isdigit() for letter in word))
    return Street(key, kind, core, words, "".join(words), numbers)


def resembling(written: Street, streets: StreetList) -> list[Likeness]:
    """Return the streets that a written one may mean, best first; nearly equal ones stay together.

    Streets of the very same name and another type are none of them: they were judged before.
    """
    best: dict[str, float] = {}
    found = [*_misspelt(written, streets), *_misspelt_type(written, streets), *_reworded(written, streets)]
    for match in found:
        if match.score >= LEAST and match.score > best.get(match.key, 0.0):
            best[match.key] = match.score
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return [Likeness(key, score) for key, score in ordered if score >= ordered[0][1] - MARGIN][:MOST]


def spelling(written: Sequence[str], known: Sequence[str]) -> float:
    """Return how alike two names are spelt word by word, 0 when they differ by more than slips.

    Two neighbours exchanged in any word, an edit in a word of five letters, two in one of nine; two edits in
    all, one in a short name. Accented letters may be lost, up to a third of the name. A space costs half.

    >>> spelling(["TANNERUS"], ["TANNEURS"]), spelling(["HLNE"], ["HELENE"]), spelling(["RENE"], ["IRENE"])
    (0.875, 0.8333333333333334, 0.0)
    """
    length = max(1, sum(map(len, known)))
    if len(written) != len(known):
        return 1 - 0.5 / length if "".join(written) == "".join(known) else 0.0
    edits, lost = 0, 0
    for ours, theirs in zip(written, known, strict=True):
        if ours == theirs:
            continue
        if _only_accented_lost(ours, theirs):
            lost += len(theirs) - len(ours)
        elif (slips := _slips(ours, theirs)) is not None:
            edits += slips
        else:
            return 0.0
    allowed = 1 + (length >= _LETTERS_OF_TWO_EDITS)
    return 1 - (edits + lost / 2) / length if edits <= allowed and lost <= length / 3 else 0.0


def _slips(written: str, known: str) -> int | None:
    """Return the edits between two words, None when they are more than slips."""
    shortest = min(len(written), len(known))
    allowed = (shortest >= _WORD_OF_ONE_EDIT) + (shortest >= _WORD_OF_TWO_EDITS)
    if shortest > 2 and sorted(written) == sorted(known):
        allowed = max(allowed, 1)
    edits = OSA.distance(written, known, score_cutoff=allowed)
    return edits if edits <= allowed else None


def _only_accented_lost(written: str, known: str) -> bool:
    """Tell whether a word is another one with up to half its letters lost, which may all bear accents."""
    if not len(known) / 2 <= len(written) < len(known):
        return False
    at = 0
    for rank, letter in enumerate(known):
        if at < len(written) and written[at] == letter:
            at += 1
        elif letter not in (_ACCENTED if rank else "E"):
            return False
    return at == len(written)


def _misspelt(written: Street, streets: StreetList) -> list[Likeness]:
    near = process.extract(
        written.letters,
        streets.letters,
        scorer=Indel.distance,
        score_cutoff=_reach(written.letters),
        limit=12,
    )
    known = (streets.streets[rank] for _, _, rank in near)
    return [
        Likeness(k.key, spelling(written.words, k.words) * _types(written, k))
        for k in known
        if k.numbers == written.numbers and k.core != written.core
    ]


def _misspelt_type(written: Street, streets: StreetList) -> list[Likeness]:
    """Compare with the type too where none was recognised: it may be the word with the slip."""
    if written.kind or len(written.words) < 2:
        return []
    near = process.extract(written.letters, streets.whole, scorer=OSA.distance, score_cutoff=2, limit=6)
    known = (streets.streets[rank] for _, _, rank in near)
    return [
        Likeness(k.key, spelling(written.words, (*k.kind.split(), *k.words)))
        for k in known
        if k.kind and k.numbers == written.numbers
    ]


def _reach(letters: str) -> int:
    return min(_WIDEST, max(2, len(letters) // 2))


def _reworded(written: Street, streets: StreetList) -> list[Likeness]:
    near = {
        known.key: known
        for word in (written.words[-1], written.words[0])
        for known in streets.by_last_word.get(word, [])
    }
    return [
        Likeness(known.key, _wording(written.words, known.words) * _types(written, known))
        for known in near.values()
        if set(written.numbers) <= set(known.numbers) and known.core != written.core
    ]


def _wording(written: Sequence[str], known: Sequence[str]) -> float:
    """Return how alike two names are worded, 0 when words differ.

    >>> _wording(["V", "HUGO"], ["VICTOR", "HUGO"]), _wording(["PASTEUR"], ["LOUIS", "PASTEUR"])
    (0.9, 0.8)
    """
    if sorted(written) == sorted(known):
        return _SHORTENED
    if len(written) == len(known) and len(written) > 1 and _shortened(written, known):
        return _SHORTENED
    short, long = sorted((written, known), key=len)
    if len(short) == len(long):
        return 0.0
    telling = max(len(word) for word in short) >= _TELLING
    if telling and list(long[-len(short) :]) == list(short):
        return _LEFT_OUT
    # « 8 MAI » for « 8 MAI 1945 »: a date is known by its beginning.
    if short[0].isdigit() and len(short) > 1 and list(long[: len(short)]) == list(short):
        return _SHORTENED
    return 0.0


def _shortened(written: Sequence[str], known: Sequence[str]) -> bool:
    """Tell whether each word is the known one or its beginning, the last one whole."""
    pairs = list(zip(written, known, strict=True))
    return pairs[-1][0] == pairs[-1][1] and all(b.startswith(a) for a, b in pairs)


def _types(written: Street, known: Street) -> float:
    """Return what the types leave of a likeness: a slip in a street of another type is two errors at once."""
    if written.kind == known.kind:
        return 1.0
    return 0.0 if written.kind and known.kind else _NO_TYPE

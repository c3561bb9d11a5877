"""Groups of professions that a city defines: read, checked, unfolded, stored.

A group counts people or establishments of several professions; a group may be a member of another.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert

from app.db.sql import load
from app.db.tables import profession_group
from app.errors import CheckError, Place
from app.sources.columns import normalise
from app.supply.nomenclature import PRESETS, PROFESSIONS, Group

BY_SLUG = {entry.slug: entry for entry in PROFESSIONS}
_PROFESSIONS = {normalise(name): known.slug for known in PROFESSIONS for name in (known.slug, known.label)}
_SPOKEN = {"person": "des personnes", "establishment": "des établissements"}


def load_groups(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.groupes``. Raises CheckError for groups that cannot be counted."""
    lines = connection.execute(load("app.indicators", "group_lines")).all()
    groups = unfolded([(line.label, line.member) for line in lines])
    rows = [
        {
            "source_file_id": source_file_id,
            "slug": group.slug,
            "label": group.label,
            "members": list(group.members),
            "position": position,
        }
        for position, group in enumerate(groups)
    ]
    connection.execute(insert(profession_group), rows)


def slug_of(label: str) -> str:
    """Return a name as an address bar takes it.

    >>> slug_of("Pédiatrie de ville")
    'pediatrie_de_ville'
    """
    bare = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def unfolded(lines: Sequence[tuple[str, str]]) -> tuple[Group, ...]:
    """Return the groups of (name, member) lines in order, each with its professions, each of them once.

    A member is a profession by its slug or label, another group of the file, or a shipped one; a group of
    the file that bears the name of a shipped one stands in its place.

    >>> unfolded([("Ville", "Pédiatres"), ("Tous", "ville"), ("Tous", "sage_femme")])[1].members
    ('pediatre', 'sage_femme')

    Raises CheckError for a member nobody knows, a group that contains itself, one that bears the name of a
    profession, or one that would add people and establishments.
    """
    labels: dict[str, str] = {}
    written: dict[str, list[str]] = {group.slug: list(group.members) for group in PRESETS}
    for label, member in lines:
        slug = slug_of(label)
        if slug not in labels:
            labels[slug], written[slug] = label, []
        written[slug].append(member)
    _refuse_names(labels)
    _refuse_unknown(written)
    found = tuple(Group(slug, label, _members(slug, written, ())) for slug, label in labels.items())
    for group in found:
        _refuse_mixture(group)
    return found


def _members(slug: str, written: Mapping[str, Iterable[str]], inside: tuple[str, ...]) -> tuple[str, ...]:
    """Return the professions of a group; ``inside`` are the groups being unfolded, outermost first."""
    if slug in inside:
        loop = " > ".join((*inside[inside.index(slug) :], slug))
        raise _refused(
            f"Le regroupement « {slug} » se contient lui-même : {loop}",
            "Retirez l'une de ces lignes.",
        )
    members: dict[str, None] = {}
    for name in written[slug]:
        profession = _PROFESSIONS.get(normalise(name))
        parts = (profession,) if profession else _members(slug_of(name), written, (*inside, slug))
        members |= dict.fromkeys(parts)
    return tuple(members)


def _refuse_names(labels: Mapping[str, str]) -> None:
    for slug, label in labels.items():
        if normalise(slug) in _PROFESSIONS:
            raise _refused(
                f"Le regroupement « {label} » porte le nom d'une profession", "Donnez-lui un autre nom."
            )


def _refuse_unknown(written: Mapping[str, Iterable[str]]) -> None:
    unknown = dict.fromkeys(
        name
        for members in written.values()
        for name in members
        if normalise(name) not in _PROFESSIONS and slug_of(name) not in written
    )
    if unknown:
        raise _refused(
            f"Les regroupements nomment des professions inconnues : {', '.join(list(unknown)[:10])}",
            "Écrivez-les comme à l'adresse /api/v1/professions : medecin_generaliste, infirmier…",
        )


def _refuse_mixture(group: Group) -> None:
    kinds = {BY_SLUG[slug].subject for slug in group.members}
    if len(kinds) > 1:
        raise _refused(
            f"Le regroupement « {group.label} » ajouterait {_SPOKEN['person']} à {_SPOKEN['establishment']}",
            "Faites deux regroupements.",
        )


def _refused(what: str, hint: str) -> CheckError:
    place = Place(step="contrôle des regroupements")
    return CheckError(f"{what}. Rien n'a été modifié.", place=place, hint=hint)

"""The refresh: one file from its register into the store, all of it or nothing, with a line in the ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, func, insert, select, text, update

from app.db.sql import forget_temporary
from app.db.tables import source_file
from app.errors import CheckError, ObservatoireError, Place, SourceError
from app.indicators.groups import load_groups
from app.indicators.references import load_references
from app.jobs.ledger import Ledger
from app.jobs.originals import Keeping, fingerprint, keep, keeping
from app.settings import Settings
from app.sources.recognise import recognise
from app.sources.rows import RecognisedFile, Rejects
from app.sources.texts import french_count
from app.staging.checks import possible_vintage, refuse_collapse
from app.staging.load import StagedFile, drop, stage
from app.supply import annuaire, annuaire_staging, ban, finess
from app.supply.activities import load_activities
from app.supply.acts import load_acts
from app.supply.ages import load_ages
from app.supply.annuaire_staging import Progress, StagedAnnuaire
from app.supply.person import keep_out
from app.territory.build import LOADERS as TERRITORY_LOADERS

# Taken with the register's number, so that two refreshes of one register never meet.
LOCK = 7_205_100
TEMPORARY = (
    *("told", "incoming", "standing", "ending", "touching", "new_site", "repeated", "better_site"),
    *("known", "renamed", "opening", "practised_now", "way_now", "several", "folded"),
    *("incoming_establishment", "held", "ending_establishment", "touching_establishment"),
    *("ban_keyed", "polygon", "simplified"),
)
# What a register fills: planned anew with fresh statistics, since a build often follows at once.
FILLED = {
    "annuaire": "supply.practitioner, supply.site, supply.exercise, supply.practice, supply.written_address",
    "finess": "supply.site, supply.establishment",
    "ban": "supply.address, supply.street, supply.locality",
    "iris_population": "territory.iris_population",
    "ages": "supply.age_count",
    "reference": "indicator.reference",
    "groupes": "indicator.profession_group",
    "activites": "supply.authorised",
    "actes": "supply.act_count",
}
LOADERS: dict[str, Callable[[Connection, int], None]] = TERRITORY_LOADERS | {
    "ban": ban.load_addresses,
    "cedex": ban.load_cedex,
    "ages": load_ages,
    "reference": load_references,
    "groupes": load_groups,
    "activites": load_activities,
    "actes": load_acts,
}
# Registers whose past is kept by ranges of dates.
HISTORIES = ("annuaire", "finess")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file; ``rejected`` counts the refused rows by reason.

    ``newest`` is the date of the newest file of the register that is here, when this one is older;
    ``remarks`` say what was mended on the way.
    """

    status: Literal["done", "unchanged"]
    register: str
    vintage: date
    rows_kept: int
    rejected: dict[str, int]
    newest: date | None = None
    remarks: tuple[str, ...] = ()

    @property
    def rows_rejected(self) -> int:
        """Return how many rows were refused."""
        return sum(self.rejected.values())

    def told(self, name: str) -> str:
        """Return what a person reads of the file called ``name``, the refused rows by reason."""
        if self.status == "unchanged":
            return f"{name} : déjà chargé, rien à faire"
        reasons = ", ".join(f"{reason} : {french_count(count)}" for reason, count in self.rejected.items())
        refused = f"{french_count(self.rows_rejected)} refusées" + (f" ({reasons})" if reasons else "")
        mended = "".join(f" ; {remark}" for remark in self.remarks)
        return f"{name} : {french_count(self.rows_kept)} lignes chargées, {refused}{self._late()}{mended}"

    def _late(self) -> str:
        if self.newest is None:
            return ""
        use = "il complète l'historique" if self.register in HISTORIES else "le plus récent reste utilisé"
        days = f"{self.vintage:%d/%m/%Y}, plus ancien que celui du {self.newest:%d/%m/%Y}"
        return f" ; millésime du {days} : {use}"


@dataclass(frozen=True, slots=True)
class Known:
    """The line of the file that already stands for a register, part and date."""

    id: int
    sha256: str
    rows_kept: int


def refresh(
    engine: Engine, settings: Settings, path: Path, *, vintage: date | None = None, force: bool = False
) -> Loaded:
    """Load one file. Nothing is published here; what is published stays as it is until a release is.

    Raises SourceError or CheckError for a refused file, StoreError when the database gives up; the ledger
    keeps the step and the message, the store is untouched.
    """
    with Ledger(engine, task="refresh", file_name=path.name) as ledger:
        ledger.step("reconnaissance")
        recognised = _recognised(settings, path, vintage)
        ledger.register(recognised.register.name)
        day = possible_vintage(recognised, datetime.now(UTC).date())
        with engine.begin() as connection:
            loaded = _load(connection, settings, recognised, day, ledger=ledger, force=force)
        ledger.finish(loaded.status)
    return loaded


def _recognised(settings: Settings, path: Path, vintage: date | None) -> RecognisedFile:
    return recognise(
        path,
        max_bytes=settings.max_file_bytes,
        vintage=vintage,
        quartier_columns=settings.quartier_column_names(),
    )


def refresh_all(
    engine: Engine,
    settings: Settings,
    paths: Sequence[Path],
    say: Callable[[str], None],
    *,
    vintage: date | None = None,
    force: bool = False,
) -> None:
    """Load files one after the other, each whole; all are recognised before the first is loaded.

    Raises what ``refresh`` raises, after saying which files were loaded before the refused one.
    """
    for path in paths[1:]:
        try:
            _recognised(settings, path, vintage)
        except SourceError:
            # Refused the same way, with its line in the ledger.
            refresh(engine, settings, path, vintage=vintage, force=force)
    loaded: list[str] = []
    try:
        for path in paths:
            say(refresh(engine, settings, path, vintage=vintage, force=force).told(path.name))
            loaded.append(path.name)
    except ObservatoireError:
        if loaded:
            say(f"Déjà chargés, pas encore publiés : {', '.join(loaded)}.")
        raise


def _load(
    connection: Connection,
    settings: Settings,
    recognised: RecognisedFile,
    vintage: date,
    *,
    ledger: Ledger,
    force: bool,
) -> Loaded:
    register, path = recognised.register.name, recognised.path
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:lock, hashtext(:register))"), {"lock": LOCK, "register": register}
    )
    known = _known(connection, recognised, vintage)
    if known is None:
        # Nothing to compare its fingerprint with before it is read.
        with keeping(path, settings) as kept:
            return _enter(connection, settings, recognised, vintage, kept=kept, ledger=ledger, force=force)
    ledger.step("empreinte")
    digest = fingerprint(path)
    ledger.step("conservation")
    keep(path, settings, digest)
    if known.sha256 == digest and not force:
        connection.execute(
            update(source_file).where(source_file.c.id == known.id).values(last_success_at=func.now())
        )
        return Loaded("unchanged", register, vintage, known.rows_kept, {})
    if known.sha256 != digest and not force:
        raise _conflict(recognised, vintage)
    return _enter(
        connection, settings, recognised, vintage, kept=digest, known=known, ledger=ledger, force=force
    )


def _enter(
    connection: Connection,
    settings: Settings,
    recognised: RecognisedFile,
    vintage: date,
    *,
    kept: str | Keeping,
    ledger: Ledger,
    force: bool,
    known: Known | None = None,
) -> Loaded:
    """Load a file that is not there yet, or that replaces the ``known`` one; ``kept`` is its fingerprint."""
    register = recognised.register.name
    ledger.step("chargement")
    staged = _stage(connection, settings, recognised, vintage, _progress(ledger, kept), force=force)
    if isinstance(kept, Keeping):
        kept.begin()
    if not force:
        refuse_collapse(connection, recognised, vintage, staged.rows_kept, settings.max_shrink)
    file_id = _record(connection, recognised, vintage, staged=staged, known=known)
    _merge(connection, staged, register, file_id, vintage, replaced=known.id if known else None)
    drop(connection, *staged.tables)
    ledger.step("conservation")
    digest = kept.fingerprint() if isinstance(kept, Keeping) else kept
    connection.execute(update(source_file).where(source_file.c.id == file_id).values(sha256=digest))
    newest = _newest(connection, recognised, vintage)
    rejects = staged.rejects
    return Loaded(
        "done", register, vintage, staged.rows_kept, dict(rejects.counts), newest, rejects.told_remarks()
    )


def _progress(ledger: Ledger, kept: str | Keeping) -> Progress:
    """Return what tells the ledger how far the reading is; when it is done, the file begins to be kept."""

    def told(done: int, total: int) -> None:
        ledger.progress(done, total)
        if done == total and isinstance(kept, Keeping):
            kept.begin()

    return told


def _stage(
    connection: Connection,
    settings: Settings,
    recognised: RecognisedFile,
    vintage: date,
    progress: Progress,
    *,
    force: bool,
) -> StagedFile:
    """Stage a file; of an annuaire newer than the last one, only what it says otherwise unless forced."""
    if recognised.annuaire is None:
        return stage(connection, recognised)
    compare = not force and annuaire_staging.comparable(connection, recognised.annuaire, vintage)
    return annuaire_staging.stage(
        connection, settings, recognised, recognised.annuaire, vintage, progress=progress, compare=compare
    )


def _merge(
    connection: Connection,
    staged: StagedFile,
    register: str,
    file_id: int,
    vintage: date,
    *,
    replaced: int | None,
) -> None:
    forget_temporary(connection, *TEMPORARY)
    if isinstance(staged, StagedAnnuaire):
        following = _following(connection, register, vintage)
        if not staged.merged:
            annuaire.merge(connection, vintage, following=following, changes=staged.changes)
        keep_out(connection)
        if staged.nearly_same:
            return
    elif register == "finess":
        finess.merge(connection, vintage, file_id, replaced=replaced)
    elif register == "ameli":
        # Nothing of it is stored: each release reads the kept file again, with the names of its day.
        return
    else:
        LOADERS[register](connection, file_id)
    if register == "communes":
        ban.load_commune_names(connection, file_id)
    connection.exec_driver_sql(f"ANALYZE {FILLED.get(register, 'territory.territory, territory.shape')}")


def _known(connection: Connection, recognised: RecognisedFile, vintage: date) -> Known | None:
    found = connection.execute(
        select(source_file.c.id, source_file.c.sha256, source_file.c.rows_kept).where(
            ~source_file.c.superseded,
            source_file.c.register == recognised.register.name,
            source_file.c.part == recognised.part,
            source_file.c.vintage == vintage,
        )
    ).one_or_none()
    return None if found is None else Known(*found)


def _conflict(recognised: RecognisedFile, vintage: date) -> CheckError:
    return CheckError(
        f"Un autre fichier de « {recognised.register.label} » porte déjà la date du {vintage:%d/%m/%Y}. "
        "Rien n'a été modifié.",
        place=Place(source=recognised.path.name, step="contrôle des millésimes"),
        hint="Vérifiez la date (--vintage AAAA-MM-JJ), ou remplacez l'ancien fichier avec --force.",
    )


def _newest(connection: Connection, recognised: RecognisedFile, vintage: date) -> date | None:
    """Return the date of the newest file of the same part of a register, None when it is this one's."""
    newest: date | None = connection.execute(
        select(func.max(source_file.c.vintage)).where(
            ~source_file.c.superseded,
            source_file.c.register == recognised.register.name,
            source_file.c.part == recognised.part,
            source_file.c.vintage > vintage,
        )
    ).scalar_one()
    return newest


def _following(connection: Connection, register: str, vintage: date) -> date | None:
    """Return the date of the next vintage already loaded, or None when this one is the newest."""
    following: date | None = connection.execute(
        select(func.min(source_file.c.vintage)).where(
            ~source_file.c.superseded, source_file.c.register == register, source_file.c.vintage > vintage
        )
    ).scalar_one()
    return following


def _record(
    connection: Connection,
    recognised: RecognisedFile,
    vintage: date,
    *,
    staged: StagedFile,
    known: Known | None,
) -> int:
    """Insert the file's line, whose fingerprint is known later.

    The one it replaces stays for the releases that were made with it.
    """
    if known is not None:
        connection.execute(update(source_file).where(source_file.c.id == known.id).values(superseded=True))
    file_id: int = connection.execute(
        insert(source_file)
        .values(
            register=recognised.register.name,
            part=recognised.part,
            variant=recognised.variant,
            vintage=vintage,
            sha256="",
            file_name=recognised.path.name,
            size_bytes=recognised.path.stat().st_size,
            rows_in=staged.rows_in,
            rows_kept=staged.rows_kept,
            rows_rejected=staged.rejects.total,
            rejects=_told(staged.rejects),
            notes=[*recognised.notes, *staged.rejects.told_remarks()],
            line_marks=staged.line_marks if isinstance(staged, StagedAnnuaire) else None,
        )
        .returning(source_file.c.id)
    ).scalar_one()
    return file_id


def _told(rejects: Rejects) -> dict[str, object]:
    """Return the refused rows by reason, as the ledger and the API tell them."""
    return {
        reason: {
            "count": count,
            "examples": [{"line": line, "excerpt": excerpt} for line, excerpt in rejects.examples[reason]],
        }
        for reason, count in rejects.counts.items()
    }

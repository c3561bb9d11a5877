"""What the command line tells of releases and past runs, in French lines."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, func, select

from app.db.tables import graph, job_run, release, release_graph, release_input, source_file
from app.db.tables.supply import convention_count
from app.errors import NotFoundError
from app.indicators.account_words import ENDS, TASKS
from app.indicators.judgement import findings
from app.jobs.clock import local
from app.jobs.progress import progress_text
from app.jobs.schedule import cadences, plan
from app.settings import Settings
from app.sources.texts import french_count, french_share

RELEASE_STATES = {"built": "construite", "held": "retenue", "published": "publiée", "retired": "retirée"}


def release_lines(engine: Engine) -> Iterator[str]:
    """Yield one line a release, newest first."""
    with engine.connect() as connection:
        for row in connection.execute(select(release).order_by(release.c.id.desc())):
            yield (
                f"{row.id:>4}  offre au {row.vintage:%d/%m/%Y}  {RELEASE_STATES[row.status]:<10} "
                f"le {local(row.published_at or row.built_at)}"
            )


def release_text(engine: Engine, number: int) -> str:
    """Return a release with its files. Raises NotFoundError for an unknown one."""
    with engine.connect() as connection:
        shown = connection.execute(select(release).where(release.c.id == number)).one_or_none()
        if shown is None:
            raise NotFoundError("release", f"La version {number} n'existe pas.")
        files = connection.execute(
            select(source_file)
            .join(release_input, release_input.c.source_file_id == source_file.c.id)
            .where(release_input.c.release_id == number)
            .order_by(source_file.c.register, source_file.c.part)
        )
        lines = [
            f"Version {shown.id}, offre au {shown.vintage:%d/%m/%Y}, {RELEASE_STATES[shown.status]}",
            *(
                f"  {row.register:<16} {row.part:<6} {row.vintage:%d/%m/%Y}  {row.file_name}"
                f"  ({row.rows_kept} lignes, {row.rows_rejected} refusées)"
                for row in files
            ),
            *_graph_lines(connection, number),
            *_sector_lines(connection, number),
            *_judgement_lines(connection, number),
        ]
    return "\n".join(lines)


def _graph_lines(connection: Connection, number: int) -> Iterator[str]:
    """Yield the graph that travel times were computed on, or why there are none."""
    row = connection.execute(
        select(graph.c.fingerprint, graph.c.file_name, release_graph.c.problem)
        .select_from(release_graph.outerjoin(graph))
        .where(release_graph.c.release_id == number)
    ).one_or_none()
    if row is not None and row.fingerprint:
        yield f"Graphe de circulation : {row.fingerprint[:12]}, de {row.file_name}"
    if row is not None and row.problem:
        yield f"Temps de trajet manquants : {row.problem}"


def _sector_lines(connection: Connection, number: int) -> Iterator[str]:
    """Yield what became of the health insurance's lines, and how many practices they told their sector."""
    names = ("lines", "unusable", "elsewhere", "not_found", "ambiguous", "matched", "practices", "known")
    c = convention_count.c
    row = connection.execute(
        select(*(func.sum(c[name]).label(name) for name in names)).where(c.release_id == number)
    ).one()
    if row.practices:
        yield (
            f"Secteur conventionnel : connu de {french_count(row.known)} exercices libéraux sur "
            f"{french_count(row.practices)} ({french_share(row.known / row.practices)})"
        )
        yield (
            f"  lignes de l'Assurance maladie : {french_count(row.lines)}, dont {french_count(row.matched)} "
            f"rapprochées, {french_count(row.ambiguous)} ambiguës, {french_count(row.not_found)} non "
            f"trouvées, {french_count(row.elsewhere)} d'autres villes, {french_count(row.unusable)} sans "
            "personne, profession ou secteur connus"
        )


def _judgement_lines(connection: Connection, number: int) -> Iterator[str]:
    """Yield what the guards found: all that did not pass, and what passed over whole registers."""
    judged = findings(connection, number)
    if judged is None:
        return
    failed = [one for one in judged.findings if not one.passed]
    against = f", comparée à la version {judged.against_id}" if judged.against_id else ""
    yield (
        f"Contrôles du {local(judged.judged_at)}{against} : "
        f"{len(judged.findings) - len(failed)} passés, {len(failed)} non passés"
    )
    if judged.accepted_at:
        yield f"  publiée malgré eux par une personne le {local(judged.accepted_at)}"
    yield from (f"  NON  {one.sentence}" for one in failed)
    yield from (f"  oui  {one.sentence}" for one in judged.findings if one.passed and one.overall)


def ledger_lines(engine: Engine, limit: int) -> Iterator[str]:
    """Yield one line a run, newest first, with the message of those that failed."""
    with engine.connect() as connection:
        for row in connection.execute(select(job_run).order_by(job_run.c.id.desc()).limit(limit)):
            told = row.message or ""
            if row.status == "running" and row.step:
                told = f"{row.step} {'' if row.done is None else progress_text(row.done, row.total)}"
            yield (
                f"{row.id:>5}  {local(row.started_at)}  {TASKS[row.task]:<31} {row.register or '':<16} "
                f"{ENDS[row.status]:<15} {row.file_name or ''}  {told}".rstrip()
            )


def due_lines(engine: Engine, settings: Settings) -> Iterator[str]:
    """Yield one line a source and one for the publication: when each runs next, and why."""
    expressions = cadences(settings)
    if not expressions:
        yield "Aucun territoire n'est choisi : « observatoire init --within commune:35238 » le fait."
    with engine.begin() as connection:
        planned, now = plan(connection, settings)
    for one in planned:
        next_time = local(one.due_at) if one.due_at else ""
        when = "maintenant" if one.is_due(now) else next_time
        yield f"{one.name:<16} {expressions.get(one.name, ''):<18} {when:<22} {one.reason}"

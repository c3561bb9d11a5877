"""The account in French sentences: what a deputy mayor reads in five seconds, and what each figure means."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from app.indicators.placing import CLASSES
from app.indicators.quality import Account, Judged, Placing, Problem, Run, Source
from app.indicators.references import Compared, ComparedTerritory
from app.indicators.wording import THIN_SPACE, french_age, french_date, french_integer
from app.sources.catalogue import REGISTERS
from app.sources.texts import french_share

UNKNOWN = "inconnu"
# Two located shares stand in the account; each says of which places it is.
SHARE_HERE = "Ces parts sont celles du territoire publié."
SHARE_EVERYWHERE = (
    "Ces contrôles portent sur tout ce qui est chargé, communes voisines comprises : leur part localisée "
    "n'est pas celle du territoire publié, dite plus haut."
)
PARIS = ZoneInfo("Europe/Paris")
# How well a place is known, from the surest to the least.
CLASS_LABELS = {
    "finess": "établissement (FINESS)",
    "housenumber": "au numéro",
    "street": "à la rue",
    "locality": "au lieu-dit",
    "municipality": "à la commune",
    "none": "au département",
    "nowhere": "sans adresse",
}
TASKS = {
    "source": "Prise de la source",
    "refresh": "Chargement",
    "build": "Construction d'une version",
    "publish": "Publication",
    "publication": "Publication programmée",
    "rollback": "Retour à la version précédente",
    "graph": "Construction d'un réseau de rues",
    "times": "Calcul des temps de trajet",
}
ENDS = {
    "running": "en cours",
    "done": "fait",
    "unchanged": "rien de nouveau",
    "refused": "refusé",
    "failed": "échoué",
    "interrupted": "interrompu",
}


def verdict(account: Account) -> tuple[str, str, str]:
    """Return the sentence that says how old, how complete, and whether something must be done."""
    shown = account.published.vintage
    share = account.everybody.share if account.everybody else None
    located = (
        "la part des lieux d'exercice localisés est inconnue"
        if share is None
        else f"{share_text(share)} des lieux d'exercice du territoire sont localisés"
    )
    return (
        f"L'offre montrée est celle du {french_date(shown)}, {french_age(shown, account.today)}{THIN_SPACE};",
        f"{located}{THIN_SPACE};",
        _asked(len(account.problems)),
    )


def _asked(problems: int) -> str:
    if not problems:
        return "rien ne demande d'action."
    return "un point demande une action." if problems == 1 else f"{problems} points demandent une action."


def advice(problem: Problem) -> str:
    """Return what to do about a problem."""
    kind, _, about = problem.key.partition(":")
    if kind == "supply_age":
        return "Chargez un annuaire plus récent : observatoire refresh."
    if kind == "held":
        return (
            "La version publiée ne change pas. Si tout ce qui a été trouvé est vrai : "
            f"observatoire release publish {about} --accept."
        )
    if kind == "travel":
        return (
            "Le reste est publié. Une fois le fichier des rues ou l'espace disque revenu : observatoire "
            "release build."
        )
    if kind == "late":
        return "Vérifiez que les travaux programmés tournent : observatoire jobs due."
    return "Ce qui est publié ne change pas. Le motif : observatoire jobs list."


def share_text(share: float | None) -> str:
    """Return a share as a percentage; never 100 % of what is not whole, nor 0 % of what is not empty.

    >>> [share_text(share).replace(THIN_SPACE, " ") for share in (0.974, 0.9999, 0.0001, 1, 0, None)]
    ['97,4 %', '99,9 %', '0,1 %', '100 %', '0 %', 'inconnu']
    """
    if share is None:
        return UNKNOWN
    if share in {0, 1}:
        return f"{100 * share:.0f}{THIN_SPACE}%"
    return french_share(min(max(share, 0.001), 0.999))


def number_text(value: float | None, digits: int = 0) -> str:
    """Return a number as one writes it in French, « inconnu » for None.

    >>> number_text(1234.56, 1).replace(THIN_SPACE, " "), number_text(None)
    ('1 234,6', 'inconnu')
    """
    if value is None:
        return UNKNOWN
    return f"{value:,.{digits}f}".replace(",", THIN_SPACE).replace(".", ",")


def age_text(moment: datetime, account: Account) -> str:
    """Return how long ago something happened, on the day of the account."""
    return french_age(moment.date(), account.today)


def moment_text(moment: datetime) -> str:
    """Return a day and its hour on the clock of Paris."""
    local = moment.astimezone(PARIS)
    return f"{french_date(local.date())}, {local:%H:%M}"


def lines_text(source: Source) -> str:
    """Return the lines of a file in one sentence."""
    return (
        f"{french_integer(source.rows_in)} lues, {french_integer(source.rows_kept)} gardées, "
        f"{french_integer(source.rows_rejected)} rejetées"
    )


def people_text(placing: Placing) -> str:
    """Return who has no located place, and what is known of them."""
    lost = placing.people_unplaced
    if not lost:
        return f"Les {french_integer(placing.people)} praticiens ont tous un lieu d'exercice localisé."
    known = [
        f"{french_integer(placing.practitioners[name])} {CLASS_LABELS[name]}"
        for name in CLASSES
        if name in {"locality", "municipality", "none", "nowhere"} and placing.practitioners.get(name)
    ]
    who = "praticien n'a" if lost == 1 else "praticiens n'ont"
    return (
        f"Sur {french_integer(placing.people)}, {french_integer(lost)} {who} aucun lieu d'exercice "
        f"localisé : {', '.join(known)}."
    )


def folding_text(account: Account) -> str:
    """Return what the lines of the annuaire became."""
    folding = account.folding
    if folding is None:
        return f"Nombre de lignes regroupées : {UNKNOWN}."
    return (
        f"{french_integer(folding.lines)} lignes de l'annuaire font {french_integer(folding.practices)} "
        f"exercices de {french_integer(folding.practitioners)} praticiens en {french_integer(folding.sites)} "
        f"lieux : {french_integer(folding.lines - folding.practices)} lignes répétaient un exercice déjà "
        "compté (même praticien, même lieu, même profession)."
    )


def gap_text(compared: Compared) -> str:
    """Return how far ours is from the reference, or that chance would explain it."""
    if not compared.established:
        return "pas de différence établie"
    return f"{_signed(compared.gap)} (entre {_signed(compared.gap_low)} et {_signed(compared.gap_high)})"


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{number_text(abs(share) * 100)}{THIN_SPACE}%"


def judged_text(judged: Judged) -> str:
    """Return what the guards said of a release, in one sentence."""
    judgement = judged.judgement
    if judgement is None:
        return f"La version {judged.id} n'a pas été contrôlée."
    failed = sum(not finding.passed for finding in judgement.findings)
    against = f", comparée à la version {judgement.against_id}" if judgement.against_id else ""
    if not failed:
        compared = f"{against}," if against else ""
        return f"La version {judged.id}{compared} passe tous les contrôles ({len(judgement.findings)})."
    accepted = " ; publiée malgré cela, par décision" if judgement.accepted_at else ""
    many = "contrôles ne passent pas" if failed > 1 else "contrôle ne passe pas"
    return f"Version {judged.id}{against} : {failed} {many}{accepted}."


def run_text(run: Run) -> str:
    """Return what ran and how it ended."""
    labels = [register.label for register in REGISTERS.values() if register.name == run.register]
    about = labels[0] if labels else run.file_name
    what = TASKS[run.task]
    return f"{what}{f' : {about}' if about else ''}"


def end_text(run: Run) -> str:
    """Return how a run ended."""
    return ENDS.get(run.status, run.status)


def _header(title: str) -> str:
    return f"\n{title.upper()}"


def account_lines(account: Account) -> Iterator[str]:
    """Yield the account as text, block by block in the order of the page."""
    yield " ".join(verdict(account))
    for problem in account.problems:
        yield f"  - {problem.title} {advice(problem)}"
    yield _header("Sources")
    for source in account.sources:
        yield from _source_lines(source, account)
    yield from (f"{one.label} : jamais chargée ; {one.consequence}" for one in account.missing)
    yield _header("Lieux d'exercice localisés")
    yield from _placing_lines(account)
    yield _header("Lignes regroupées")
    yield folding_text(account)
    yield _header("Comparaison avec des effectifs de référence")
    yield from _reference_lines(account.references)
    yield _header("Contrôles")
    if account.published or account.held:
        yield SHARE_EVERYWHERE
    for judged in (account.published, account.held):
        if judged is not None:
            yield from _judged_lines(judged)
    yield _header("Derniers travaux")
    for run in account.runs:
        yield f"{moment_text(run.started_at)}  {run_text(run)} : {end_text(run)}"


def _source_lines(source: Source, account: Account) -> Iterator[str]:
    part = f" ({source.part})" if source.part else ""
    age = french_age(source.vintage, account.today)
    yield f"{source.label}{part}, au {french_date(source.vintage)} ({age})"
    yield (
        f"  vérifiée {age_text(source.last_success_at, account)}, contenu changé "
        f"{age_text(source.last_data_change_at, account)} ; lignes : {lines_text(source)}"
    )
    for reject in source.rejects:
        examples = "; ".join(
            f"ligne {one.line} « {one.excerpt} »" if one.excerpt else f"ligne {one.line}"
            for one in reject.examples
        )
        yield f"  rejet : {reject.reason}, {french_integer(reject.count)} ({examples})"
    if source.waiting:
        yield f"  un fichier du {french_date(source.waiting)} est chargé, pas encore publié"


def _placing_lines(account: Account) -> Iterator[str]:
    everybody = account.everybody
    if everybody is None:
        yield f"Part localisée : {UNKNOWN}."
        return
    yield SHARE_HERE
    yield f"Ensemble : {share_text(everybody.share)} de {french_integer(everybody.total)}"
    for name, count in everybody.practices.items():
        yield f"  {CLASS_LABELS[name]:<24} {french_integer(count):>9}"
    for one in account.professions:
        yield f"{one.label:<32} {share_text(one.share):>8}  de {french_integer(one.total)}"
    yield people_text(everybody)


def _reference_lines(references: tuple[ComparedTerritory, ...]) -> Iterator[str]:
    if not references:
        yield "Aucun tableau de référence pour un département publié (docs/guide.md, « Comparer »)."
    for place in references:
        yield f"{place.name} ({place.code})" + (
            f" : pas de comparaison, {place.why_not}" if place.why_not else ""
        )
        for one in place.professions:
            numbers = f"{french_integer(one.headcount):>7} ici, {number_text(one.reference):>7}"
            yield f"  {one.label:<32} {numbers} en {one.year} ({one.origin}) : {gap_text(one)}"


def _judged_lines(judged: Judged) -> Iterator[str]:
    yield judged_text(judged)
    if judged.judgement is not None:
        yield from (f"  {finding.sentence}" for finding in judged.judgement.findings if not finding.passed)

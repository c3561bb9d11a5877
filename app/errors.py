"""The one error type of the observatory, and its subclasses.

Every message is French, complete, and says what happened, what is kept and what to do. The class carries
the HTTP status (mapped once in ``api/errors.py``); the command line answers 1 for any of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error was met: the source file, the step, the line (1-based) and the column or parameter."""

    source: str | None = None
    step: str | None = None
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [
            f"fichier « {self.source} »" if self.source else "",
            f"étape « {self.step} »" if self.step else "",
            f"ligne {self.line}" if self.line is not None else "",
            f"colonne « {self.column} »" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)


class ObservatoireError(Exception):
    """L'opération a échoué."""

    status = 500
    title = "Erreur interne"

    def __init__(self, detail: str | None = None, *, place: Place | None = None, hint: str = "") -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.place = place or Place()
        self.hint = hint
        super().__init__(self.detail)

    def message(self) -> str:
        """Return what a person reads: what, where, what to do."""
        where = str(self.place)
        text = f"{self.detail} ({where})" if where else self.detail
        return f"{text} {self.hint}".strip()


class SourceError(ObservatoireError):
    """Le fichier ne peut pas être lu."""

    status = 422
    title = "Fichier refusé"


class CheckError(ObservatoireError):
    """Le contenu du fichier ne passe pas les contrôles."""

    status = 422
    title = "Contrôle non passé"


class StoreError(ObservatoireError):
    """La base de données n'a pas pu terminer l'opération ; rien n'a été modifié."""

    status = 503
    title = "Base de données indisponible"


class BusyError(ObservatoireError):
    """La même opération est déjà en cours."""

    status = 409
    title = "Déjà en cours"


class SetupError(ObservatoireError):
    """L'installation est incomplète."""

    status = 503
    title = "Installation incomplète"


class AboutParameterError(ObservatoireError):
    """Une demande nomme ce qui n'est pas là, ou pas valable ; ``parameter`` dit où."""

    def __init__(self, parameter: str, detail: str, *, hint: str = "") -> None:
        super().__init__(detail, place=Place(), hint=hint)
        self.parameter = parameter


class ParameterError(AboutParameterError):
    """Un paramètre de la requête n'est pas valable."""

    status = 422
    title = "Paramètre non valable"


class NotFoundError(AboutParameterError):
    """Rien ne porte ce code."""

    status = 404
    title = "Introuvable"


class NotAcceptableError(AboutParameterError):
    """Aucune forme offerte ici n'est de celles que l'en-tête Accept demande."""

    status = 406
    title = "Forme non offerte"


class UnknownCallerError(ObservatoireError):
    """Il faut se faire connaître pour cette demande."""

    status = 401
    title = "Identification demandée"


class ForbiddenError(ObservatoireError):
    """Votre rôle ne permet pas cette demande."""

    status = 403
    title = "Accès réservé"


class TooManyRequestsError(ObservatoireError):
    """Trop de demandes en une minute."""

    status = 429
    title = "Trop de demandes"

    def __init__(self, wait_s: float, detail: str | None = None, *, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.wait_s = wait_s


class NothingPublishedError(ObservatoireError):
    """Aucune version n'est encore publiée. Chargez les sources avec « observatoire refresh »."""

    status = 503
    title = "Rien n'est publié"

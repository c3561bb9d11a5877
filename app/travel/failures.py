"""What can be wrong with a graph, said to a person."""

from app.errors import ObservatoireError


class GraphError(ObservatoireError):
    """Le graphe de circulation ne peut pas être utilisé."""

    status = 503
    title = "Graphe indisponible"


class TimetableError(ObservatoireError):
    """Les horaires ne disent rien de ce jour."""

    status = 422
    title = "Jour hors des horaires"


class RoutingError(ObservatoireError):
    """Le calcul d'itinéraire s'est arrêté deux fois de suite sur cette demande."""

    status = 503
    title = "Calcul interrompu"


class RoutingBusyError(ObservatoireError):
    """Trop de calculs d'itinéraire sont en cours."""

    status = 503
    title = "Trop de demandes"

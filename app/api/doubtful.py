"""Parameters that say nothing or two things: refused by name, like unknown ones."""

from starlette.requests import Request

from app.errors import ParameterError


async def refuse_doubtful(request: Request) -> None:
    """Raise ParameterError for a parameter that is empty or given twice.

    It waits for nothing: as a coroutine it costs no trip to a thread.
    """
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name in seen:
            raise ParameterError(
                name, f"Le paramètre « {name} » est donné plusieurs fois.", hint="Ne le donnez qu'une fois."
            )
        if not value:
            raise ParameterError(
                name, f"Le paramètre « {name} » est vide.", hint="Donnez-lui une valeur ou retirez-le."
            )
        seen.add(name)

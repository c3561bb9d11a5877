"""Pages of other sites (CORS, WHATWG Fetch 3.2): which may read the API, and a French word for the others."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from app.api.middleware import SECURITY_HEADERS
from app.api.problems import REFUSED_REQUEST, problem


class OtherSites(CORSMiddleware):
    """Starlette's own, whose refusals are problems as every other refusal is."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer what a browser asks before a page of another site may ask."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        allowed = answer.headers.items()
        kept = {name: value for name, value in allowed if name not in ("content-type", "content-length")}
        return problem(
            answer.status_code,
            REFUSED_REQUEST,
            f"Une page de « {request_headers['origin']} » ne peut pas faire cette demande "
            f"({request_headers['access-control-request-method']}).",
            hint="Les sites admis sont ceux d'OBSERVATOIRE_CORS_ORIGINS ; ils lisent, sans en-tête à eux.",
            headers=SECURITY_HEADERS | kept,
        )

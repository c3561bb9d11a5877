"""The account of the published release, as numbers and in sentences."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_json
from app.api.deps import answer_by_content, engine_of, release_mark
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import ReleaseQuery
from app.api.schemas.quality import Quality
from app.api.snapshot import check_release, snapshot
from app.indicators import account_words as words
from app.indicators.quality import Account, Judged, Placing, account

router = APIRouter(prefix="/api/v1", tags=["Sources et versions"], dependencies=[Depends(refuse_doubtful)])


@router.get("/quality", operation_id="quality", **documented("Qualité et sources", Quality))
def quality(request: Request, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Ce que vaut la version publiée : âge, part localisée, effectifs de référence, contrôles, travaux.

    Les sources et leurs lignes rejetées sont à l'adresse /api/v1/sources ; la même chose se lit sur /qualite.
    """
    with snapshot(engine_of(request)) as (connection, release):
        check_release(release, query.release)
        most_days: int = request.app.state.settings.max_supply_age_days
        found = account(connection, datetime.now(UTC), most_days)
    return answer_by_content(request, release, to_json({**release_mark(release), **_told(found)}))


def _told(found: Account) -> dict[str, object]:
    return {
        "verdict": " ".join(words.verdict(found)),
        "problems": [{**asdict(one), "advice": words.advice(one)} for one in found.problems],
        "everybody": _placing(found.everybody) if found.everybody else None,
        "professions": [_placing(one) for one in found.professions],
        "folding": found.folding,
        "references": found.references,
        "guards": [_judged(one) for one in (found.published, found.held) if one is not None],
        "runs": [
            {**asdict(run), "told": f"{words.run_text(run)} : {words.end_text(run)}"} for run in found.runs
        ],
    }


def _placing(one: Placing) -> dict[str, object]:
    return {
        "profession": one.profession or None,
        "practices": one.practices,
        "located_share": None if one.share is None else round(one.share, 4),
        "practitioners": one.people if one.subject == "person" else None,
        "practitioners_unlocated": one.people_unplaced if one.subject == "person" else None,
    }


def _judged(one: Judged) -> dict[str, object]:
    judgement = one.judgement
    findings: Sequence[object] = judgement.findings if judgement else ()
    return {
        "release": one.id,
        "vintage": one.vintage,
        "told": words.judged_text(one),
        "against": judgement.against_id if judgement else None,
        "accepted_at": judgement.accepted_at if judgement else None,
        "findings": findings,
    }

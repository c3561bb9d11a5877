"""Every operation of the OpenAPI asked with what schemathesis makes of it, right and wrong.

2 000 cases in all by default; OBSERVATOIRE_FUZZ_CASES=20000 is the nightly setting.
"""

import gc
import os
import warnings
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.python.asgi import get_client
from schemathesis.specs.openapi.checks import status_code_conformance

from app.api.main import create_app

CASES = int(os.environ.get("OBSERVATOIRE_FUZZ_CASES", "2000"))
# Parts that the processes of a run share; each operation is in one.
PARTS = 6
# An operation that takes nothing has one case: asked first, then from what is kept of it.
UNVARIED = 2


@pytest.fixture(scope="module")
def asked_of(published, settings_on):
    """Return every documented operation, and a client that is opened once for all cases."""
    app = create_app(settings_on(published[0]))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    # Millions of objects of the program are not looked through again for each few hundred of a case.
    gc.freeze()
    with get_client(app) as session:
        yield operations, session
    gc.unfreeze()


def shares(operations):
    """Return how many cases each operation is asked: what takes something shares what the rest leaves."""
    varied = [bool(list(one.iter_parameters()) or one.body) for one in operations]
    each = -(-(CASES - UNVARIED * varied.count(False)) // varied.count(True))
    return [each if takes else UNVARIED for takes in varied]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_case_of_any_operation_is_a_fault_or_an_undocumented_answer(asked_of, part):
    operations, session = asked_of
    asked: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    wanted = shares(operations)
    assert sum(wanted) >= CASES
    for operation, cases in list(zip(operations, wanted, strict=True))[part::PARTS]:
        fuzz(operation, cases, session, asked, wrong)
    assert wrong == {}
    assert asked.total() >= sum(wanted[part::PARTS]) > 0
    assert len(asked) == len(operations[part::PARTS])


def fuzz(operation, cases, session, asked, wrong):
    """Ask an operation that many times; note the first wrong answer of each kind."""
    label = f"{operation.method.upper()} {operation.path}"

    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case):
        asked[label] += 1
        answer = case.call(session=session)
        seen = f"{label} {answer.status_code}"
        # The city has no streets: what travels says so, and when to come back.
        if answer.status_code >= 500 and (answer.status_code != 503 or "retry-after" not in answer.headers):
            wrong.setdefault(seen, case.as_curl_command())
        try:
            case.validate_response(answer, checks=[status_code_conformance])
        except BaseExceptionGroup as group:
            wrong.setdefault(seen, f"{case.as_curl_command()} : {group.exceptions[0]}")

    while asked[label] < cases:
        before = asked[label]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ask()
        # What can be varied little runs out of cases before its share: it is asked again.
        assert asked[label] > before

"""Every operation of the OpenAPI asked with what schemathesis makes of it, right and wrong.

2 000 cases in all by default; OBSERVATOIRE_FUZZ_CASES=20000 is the nightly setting.
"""

import os
import warnings
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import status_code_conformance

from app.api.main import create_app

CASES = int(os.environ.get("OBSERVATOIRE_FUZZ_CASES", "2000"))


@pytest.fixture(scope="module")
def operations(published, settings_on):
    """Return every documented operation, bound to an application that schemathesis starts and ends."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(settings_on(published[0])))
    return [found.ok() for found in schema.get_all_operations()]


# Parts that the processes of a run share; each operation is in one.
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_no_case_of_any_operation_is_a_fault_or_an_undocumented_answer(operations, part):
    each = -(-CASES // len(operations))
    asked: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    for operation in operations[part::PARTS]:
        fuzz(operation, each, asked, wrong)
    assert wrong == {}
    assert asked.total() >= each * len(operations[part::PARTS]) > 0
    assert len(asked) == len(operations[part::PARTS])


def fuzz(operation, cases, asked, wrong):
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
        answer = case.call()
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
        # An operation without parameters has one case: it is asked again.
        assert asked[label] > before

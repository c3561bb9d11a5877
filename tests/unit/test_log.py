"""What the log may hold of a failure."""

import logging

import pytest
import structlog

from app import log


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_failure_is_told_without_the_values_it_happened_on(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    def fail(bearer: str) -> None:
        raise ValueError(str(len(bearer)))

    kept, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    log.configure(form)  # type: ignore[arg-type]
    held = "PHRASE-A-TAIRE"
    try:
        fail(held)
    except ValueError:
        log.get_logger("essai").exception("unforeseen_error", api_token="AUTRE-A-TAIRE")
    finally:
        structlog.configure(**kept)
        logging.root.handlers[:], logging.root.level = handlers, level
    written = capsys.readouterr().err
    assert "ValueError: 14" in written
    assert "raise ValueError" in written
    assert "TAIRE" not in written

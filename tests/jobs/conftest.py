"""Stores for the tests of the refresh: one a test, or one a module for tests that only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store import Clone, Store, emptied, opened


@pytest.fixture(scope="session")
def urls(clone_database: Clone) -> tuple[str, str]:
    """Return the addresses of this worker's two databases: for single tests, and for whole modules."""
    return clone_database(), clone_database()


@pytest.fixture
def store(urls: tuple[str, str], tmp_path: Path) -> Iterator[Store]:
    """Return an empty migrated store of the test's own."""
    with opened(urls[0], tmp_path) as made:
        emptied(made)
        yield made


@pytest.fixture(scope="module")
def module_store(urls: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return an empty migrated store shared by the tests of one module."""
    with opened(urls[1], tmp_path_factory.mktemp("store")) as made:
        emptied(made)
        yield made

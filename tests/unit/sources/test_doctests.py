"""The examples in the docstrings of the parsers hold."""

import doctest
import importlib
import pkgutil

import pytest

import app.sources

MODULES = [found.name for found in pkgutil.iter_modules(app.sources.__path__, "app.sources.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0

"""The command line ``observatoire``: messages are French."""

from app.cli.entry import main

__all__ = ["main"]

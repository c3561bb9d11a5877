"""Speeds measured against named peers in one run: ``scripts/bench``."""

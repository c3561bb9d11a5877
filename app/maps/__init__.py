"""Layers, classes and tiles drawn from what is published."""

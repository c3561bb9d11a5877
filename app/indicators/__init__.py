"""Counts, densities and the releases that publish them."""

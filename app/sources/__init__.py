"""Registers: what each source is and how its files are parsed. Parsing only, no database."""

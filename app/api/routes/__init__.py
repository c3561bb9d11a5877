"""One module a subject; each exposes a ``router``."""

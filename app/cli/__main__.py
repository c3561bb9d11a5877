"""``python -m app.cli``, the same as ``observatoire``."""

from app.cli import main

main()

"""Write the demo city: ``python -m geodata.demo FOLDER``."""

import sys
from pathlib import Path

from geodata.demo import generate

if len(sys.argv) != 2:
    sys.exit("usage: python -m geodata.demo FOLDER")
for written in generate(Path(sys.argv[1])):
    sys.stdout.write(f"{written}\n")

"""In the commands that a test starts: the manifest as ``twin_city.twin_manifest`` gives it here."""

from dataclasses import replace

import geodata.manifest

_real = geodata.manifest.manifest()
_lowered = {name: replace(source, min_bytes=50) for name, source in _real.sources.items()}
_small = replace(_real, sources=_lowered, extracts={**_real.extracts, "00": "aubrelle"})
geodata.manifest.manifest = lambda: _small  # type: ignore[assignment]

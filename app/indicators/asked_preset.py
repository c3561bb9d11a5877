"""A preset as it is asked for: its numbers changed, checked against how far travel times are known."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Literal

from app.errors import ParameterError
from app.indicators.accessibility import PRESETS, Preset
from app.indicators.decay import DECAYS, Decay, decay_of, french_number
from app.indicators.demand import COARSE
from app.travel.modes import LABELS, MODES, Mode, preset_limit

PresetName = Literal["2sfca", "e2sfca", "kd2sfca", "3sfca", "m2sfca", "apl", "apl_2012"]
DecayName = Literal["step", "linear", "logistic", "exponential", "gaussian", "kernel"]
# The parameters that say how far a decay reaches, in the order they are blamed.
FAR = ("minutes", "cutoff", "width", "decay")


def decay_name(decay: Decay) -> str:
    """Return the name under which a decay is asked for."""
    return next(name for name, kind in DECAYS.items() if isinstance(decay, kind))


def asked_preset(
    slug: str,
    mode: Mode,
    *,
    decay: str | None = None,
    numbers: Mapping[str, Any] | None = None,
    standardised: bool | None = None,
) -> Preset:
    """Return a preset with what was asked instead of its own.

    ``decay`` names another decay, whose parameters are all in ``numbers``; without it ``numbers`` replaces
    some of the preset's. ``standardised`` says whether demand follows ages, as the preset does unless given.
    Raises ParameterError, named as the parameter, for numbers that make no sense, or a decay that reaches
    further than the times of ``mode``.
    """
    preset, given = PRESETS[slug], dict(numbers or {})
    own = decay_name(preset.decay)
    kept = asdict(preset.decay) if decay in {None, own} else {}  # type: ignore[call-overload]
    changed = replace(preset, decay=decay_of(decay or own, kept | given))
    if standardised is not None:
        changed = replace(changed, ages=(preset.ages or COARSE) if standardised else None)
    blamed = next((name for name in FAR if name in given or (name == "decay" and decay)), "preset")
    _check_reach(changed, mode, blamed)
    return changed


def _check_reach(preset: Preset, mode: Mode, blamed: str) -> None:
    reach, known = preset.decay.reach, preset_limit(mode) / 60
    if reach <= known:
        return
    modes = [LABELS[one] for one in MODES if preset_limit(one) / 60 >= reach]
    other = f", ou changez de mode ({', '.join(modes)})" if modes else ""
    raise ParameterError(
        blamed,
        f"« {preset.slug} » va jusqu'à {french_number(reach)} minutes ; {LABELS[mode]}, les temps de trajet "
        f"ne sont calculés que jusqu'à {french_number(known)} minutes.",
        hint=f"Réduisez la durée (minutes ou cutoff){other}.",
    )

"""The charge models, one small file each, all of one shape: what is asked in, named parts out.

A model is told the full quantity, the share of the period, and the base amount (cost or list) where it
starts from one. Vendor amounts are already prorated, so the models on a base never look at the share.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from billow.rating.line import Part
from billow.rating.models import (
    flat,
    graduated,
    graduated_percentage,
    margin,
    markup,
    package,
    pass_through,
    per_unit,
    percent_off_list,
    percentage,
    stair_step,
    volume,
)
from billow.rating.models.asked import Asked

MODELS: Mapping[str, Callable[[Asked], tuple[Part, ...]]] = MappingProxyType(
    {
        "flat": flat.parts,
        "per_unit": per_unit.parts,
        "graduated": graduated.parts,
        "volume": volume.parts,
        "stair_step": stair_step.parts,
        "package": package.parts,
        "markup": markup.parts,
        "margin": margin.parts,
        "percent_off_list": percent_off_list.parts,
        "pass_through": pass_through.parts,
        "percentage": percentage.parts,
        "graduated_percentage": graduated_percentage.parts,
    }
)

# What each model looks at besides its figure.
IN_TIERS = frozenset({"graduated", "volume", "stair_step", "graduated_percentage"})
ON_ONE_STEP = frozenset({"volume", "stair_step"})
IN_UNITS = frozenset({"per_unit", "graduated", "volume", "stair_step", "package"})
NEVER_NEGATIVE = frozenset({"volume", "stair_step", "package"})

__all__ = ["IN_TIERS", "IN_UNITS", "MODELS", "NEVER_NEGATIVE", "ON_ONE_STEP", "Asked"]

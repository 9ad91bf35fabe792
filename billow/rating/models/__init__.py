"""The charge models, one small file each, all of one shape: what is asked in, named parts out.

A model is told the full quantity, the share of the period, and the base amount (cost or list) where it
starts from one. Vendor amounts are already prorated, so the models on a base never look at the share.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from billow.rating.line import Part
from billow.rating.models import flat, graduated, margin, markup, pass_through, per_unit, percent_off_list
from billow.rating.models.asked import Asked

MODELS: Mapping[str, Callable[[Asked], tuple[Part, ...]]] = MappingProxyType(
    {
        "flat": flat.parts,
        "per_unit": per_unit.parts,
        "graduated": graduated.parts,
        "markup": markup.parts,
        "margin": margin.parts,
        "percent_off_list": percent_off_list.parts,
        "pass_through": pass_through.parts,
    }
)

__all__ = ["MODELS", "Asked"]

"""Billow: cloud billing that lives in Excel."""

__version__ = "0.1.0"

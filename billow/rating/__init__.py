"""Charges and contracts become rated lines: the one price that applies, and every cent explained.

Order of calculation: price choice, charge model on full units, share of the period, currency conversion
at the dated rate, one rounding per line.
"""

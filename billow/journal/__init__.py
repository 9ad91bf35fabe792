"""Invoices as double entry: one balanced journal that every accounting export reads."""

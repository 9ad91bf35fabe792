"""Rated lines become invoices: one per customer over all vendors, with VAT, totals and their texts."""

"""Sheets, charges and lines as DataFrames."""

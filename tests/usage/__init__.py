"""Tests of the charge store."""

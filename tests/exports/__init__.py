"""Tests of what leaves the house: journals and PDF."""

"""Tests: the manual of the core, told in tables and months."""

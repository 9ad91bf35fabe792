"""Tests of named users and how they are counted."""

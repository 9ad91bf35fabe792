"""Tests of reading vendor reports."""

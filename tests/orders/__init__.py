"""Tests of orders and inventories: read, proposed, accepted, billed."""

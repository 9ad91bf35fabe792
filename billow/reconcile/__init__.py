"""What was imported against what was billed, this month against the last: the proofs before issuing."""

"""The register: what was issued, in an unbroken row of numbers, and where it was handed over to."""

"""What takes how long, measured on seeded data; ``python -m benchmarks.<name>`` runs each."""

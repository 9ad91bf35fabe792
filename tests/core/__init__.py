"""The manual of the core: what it promises, as tables with one sentence per row."""

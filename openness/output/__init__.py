"""Output formats: each module renders a `Report` and decides nothing."""

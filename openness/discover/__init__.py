"""Models that a code base uses: each with file, line and how it was recognised. Nothing is executed."""

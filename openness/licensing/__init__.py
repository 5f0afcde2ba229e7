"""Licences: what is known of each, what a name or expression stands for, and what the claims of a release come to."""

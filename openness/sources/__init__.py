"""Input formats: each module reads one kind of target into a `Release` of facts with evidence."""

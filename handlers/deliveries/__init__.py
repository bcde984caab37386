"""What a delivery says to its person: as a text of its own, and as the few facts of a template."""

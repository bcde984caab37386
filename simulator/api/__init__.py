"""The platform's API: one table of endpoints, one module a subject."""

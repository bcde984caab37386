"""The checks behind the table of simulator/rules.py, one module a subject: each returns what is wrong, or None."""

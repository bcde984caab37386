"""Tests of the calendar of reminder rules."""

"""Measurements side by side; each module prints its figures and asserts nothing."""

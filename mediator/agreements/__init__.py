"""Agreements, commitments and boundaries: said, released, confirmed by each, in force, ended or replaced."""

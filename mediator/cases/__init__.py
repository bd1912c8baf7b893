"""A pair: the case, its two participants, their doors, states, gates and openings."""

"""Exercises for two: the catalogue, modes as small state machines, runs in the room, on two phones and at home."""

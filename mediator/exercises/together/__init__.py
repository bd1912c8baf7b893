"""A text of both in an exercise: all read it as it grows, and each says yes to it alone."""

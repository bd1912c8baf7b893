"""The practice, its staff, their roles, and how staff sign in."""

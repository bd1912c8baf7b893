"""The demo: an instance of its own with invented people, made through the acts of a real practice."""

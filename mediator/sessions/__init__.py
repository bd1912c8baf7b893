"""Sessions: planning, the agenda, the live run, notes and caucus."""

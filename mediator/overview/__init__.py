"""Pages that show everything at once: today and the participant's home. No tables."""

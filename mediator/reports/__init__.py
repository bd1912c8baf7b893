"""Reports: which sections each reader gets, content for one viewer, rendering, and release."""

"""Words of one's own: a page that nobody but its author reads, nor learns whether anything stands there."""

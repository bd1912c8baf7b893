"""Words of one for the other, who decides whether, how and when to receive them."""

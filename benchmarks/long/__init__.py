"""What takes minutes: killed processes, many requests, migrations with data, and faults that tests must notice."""

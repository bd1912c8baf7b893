"""Forms, assignments, answers, readings and the comparison of two answer sets."""

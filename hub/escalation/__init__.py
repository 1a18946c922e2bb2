"""Who is told about an alert, in what order, when, and why; and what a human's answer does."""

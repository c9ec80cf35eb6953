"""A verdict for those who read it: text for a person, a table for many runs, JSON for machines. Pure: text in, text out."""

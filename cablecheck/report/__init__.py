"""A verdict for those who read it: text for a person, a table for many runs, JSON for machines, and what CI shows. Pure: text in, text out."""

"""Action Cable's wire format: frames, commands, identifiers, and JSON as a browser reads it."""

"""A scenario file: what it may say (step, faults, model), how it is read (reading), what it means before anybody plays it (pure)."""

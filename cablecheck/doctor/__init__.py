"""Is this target fit to be put to the test? One small check after the other, and for each that fails what to do about it."""

"""History and truth in, a verdict and the evidence of every fault out (pure)."""

"""Looking for losses: systematic sweeps, random worlds, and what a fault really did."""

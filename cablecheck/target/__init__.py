"""The system under test as a file describes it: where it is, what is said to it, and where its answers keep what we need (pure)."""

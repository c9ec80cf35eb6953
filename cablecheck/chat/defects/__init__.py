"""The faults of the chat itself, one class a defect: in reading order twist (what a defect is), then the families, then the registry."""

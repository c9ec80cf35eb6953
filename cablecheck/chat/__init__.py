"""The model chat server: sessions, conversations, who may hear and say what, and in which order things are done (pure)."""

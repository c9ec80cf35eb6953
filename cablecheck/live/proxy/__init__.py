"""The chaos proxy between a client and its target: bytes cut into pieces, each of which waits for an order and is passed on, or not, as a whole."""

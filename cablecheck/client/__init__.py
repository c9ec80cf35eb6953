"""The reference client: the webchat SDK's rules as a pure state machine, its profiles, and the replay of recordings."""

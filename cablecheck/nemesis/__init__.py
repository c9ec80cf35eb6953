"""What goes wrong. The nemesis is told of every connection, frame and answer and says what becomes of it; it holds no byte.

In reading order: signals (events in, orders out), came and scene (what it knows), fault (what a fault may say), connection,
frames, catch_up and server (the faults, one file a family), faults (verb to fault), later (what is delayed), nemesis (all of them
together: the first opinion wins).
"""

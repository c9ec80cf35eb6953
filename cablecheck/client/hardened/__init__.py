"""The client that loses nothing which a client can save: in reading order waits, connection, subscription, reading, listing, timeline, reception, own, client.

Two ideas carry it. The server's own list is the truth and the socket only makes it quick: whatever the socket brings or fails to bring,
the list is read on. And what is known to be complete is kept apart from what is shown, so that nothing newer hides a gap.
"""

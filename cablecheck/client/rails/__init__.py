"""The official JavaScript client of Action Cable (npm @rails/actioncable), with a catch-up as a page would write it on top.

Read from the sources of 6.1.7, 7.0.8 and 8.1.4. In reading order: constants, monitor (stale or not), connection (the socket),
guarantor and subscription (the channel), line (all of them together: frames in, callbacks out).
"""

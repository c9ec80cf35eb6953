"""The numbers and words of the official client, each with where it stands. A path is one in rails/rails, under
actioncable/app/javascript/action_cable unless it says otherwise.
"""

from __future__ import annotations

REOPEN_MILLISECONDS = 500  # connection.js, reopenDelay (5.0 to 8.1)
RETRY_MILLISECONDS = 500  # subscription_guarantor.js, retrySubscribing (6.1.5 to 8.1)

# connection_monitor.js, reconnectionBackoffRate and getPollInterval (7.0 to 8.1)
BACK_OFF_RATE = 0.15
BACK_OFF_STEPS = 10
FIRST_JITTER = 1.0

# connection_monitor.js, pollInterval (5.0 to 6.1)
OLD_POLL_SHORTEST_SECONDS = 3
OLD_POLL_LONGEST_SECONDS = 30
OLD_POLL_MULTIPLIER = 5

"""cablecheck proves, or disproves, that a chat over Rails' Action Cable loses no message when sockets drop.

The folders, in reading order. Whatever stands further down may import what stands further up, never the reverse.

The pure core asks no clock, no network and no randomness that it was not handed:

- `errors.py`    how cablecheck itself can fail; one exit code each
- `history/`     what happened: frozen events, one JSON object a line
- `truth.py`     what the target stored
- `cable/`       Action Cable's wire format
- `scenario/`    a scenario file: its model, reading it with every error at once, its JSON Schema
- `target/`      a target file: what is said to a server, what its answers mean, and its secrets
- `client/`      the reference client: shared connection, subscription, catch-up, timeline, profiles
- `nemesis/`     what goes wrong: one small file a fault family; decides, never performs
- `chat/`        the rules of the chat server that cablecheck brings along
- `checker/`     history and truth in, a verdict and the evidence of every fault out
- `director/`    what a scenario does next, given what has happened
- `report/`      a verdict as text, table, JSON, JUnit XML, Markdown, and annotations for GitHub

The worlds around it perform what the core decides:

- `demo/`        the bundled chat server: a store, HTTP and WebSocket on one port
- `sim/`         virtual time: a heap of what is still to happen, and one seed
- `live/`        real sockets: runner, proxy, WebSocket, REST, targets
- `hunt/`        sweeps, random worlds, and what a fault really did
- `doctor/`      is a target fit to be put to the test? one small check after the other
- `cli/`         arguments in, exit code out; one module a command; alone may print
- `__main__.py`  python -m cablecheck
"""

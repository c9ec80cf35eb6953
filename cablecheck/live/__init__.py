"""The live world: real sockets, a real proxy, a real server, on Trio."""

"""The simulated world: virtual time, one seed, no sockets and no waiting; the same pure core decides everything."""

"""The proxy that stands alone, for any client: `cablecheck proxy`."""

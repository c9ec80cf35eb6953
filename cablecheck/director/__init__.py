"""What the scenario does next, given what has happened (pure)."""

from cablecheck.director.directing import Director as Director

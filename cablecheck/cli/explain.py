"""cablecheck explain: the reference pages, printed from the code's own registries."""

from __future__ import annotations

import click

TOPICS = {
    "faults": "what the nemesis can do, how it shows, and which rows of the catalogue it provokes",
    "defects": "the faults of the chat itself that can be switched on",
    "catalogue": "everything that goes wrong with such a chat, and the story that provokes it",
    "profiles": "the clients, and the rules that each of them follows",
    "rules": "every rule of a client, and for the hardened one the story that fails without it",
    "phases": "the phases of a connection's life, as a certificate has them",
    "checks": "what the doctor looks at, in its order, and what each check needs",
    "targets": "the tables of a target file, and every key in them",
}


@click.command("explain", short_help="Print a reference page, from the code's own registries.")
@click.argument("topic", type=click.Choice(list(TOPICS)), metavar="TOPIC")
def command(topic: str) -> None:
    """Print a reference page, from the code's own registries.

    \b
    TOPIC is one of:
      faults     what the nemesis can do, and which rows of the catalogue that provokes
      defects    the faults of the chat itself that can be switched on
      catalogue  everything that goes wrong with such a chat, and the story that provokes it
      profiles   the clients, and the rules that each of them follows
      rules      every rule of a client, and the story that fails without it
      phases     the phases of a connection's life, as a certificate has them
      checks     what the doctor looks at, in its order, and what each check needs
      targets    the tables of a target file, and every key in them

    \b
    Example:
      cablecheck explain rules

    \b
    Exit codes:
      0  printed
      2  no such topic
    """
    from cablecheck.cli.explaining import page
    from cablecheck.cli.screen import answer

    answer("\n".join(page(topic)))

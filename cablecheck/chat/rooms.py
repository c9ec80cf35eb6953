"""Sessions and their conversations, and the numbers and stamps of what is said in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from cablecheck.chat.ledger import By, ConversationOpened, Kept, MessageSaid, SessionOpened


@dataclass(slots=True)
class Session:
    """One visitor. `latest_milliseconds` is the latest stamp of all its messages."""

    token: str
    webchat: str
    conversations: list[str] = field(default_factory=list)
    latest_milliseconds: int = 0

    @property
    def current(self) -> str:
        """The conversation that the visitor is in."""
        return self.conversations[-1]


class Rooms:
    """All sessions of a chat. Tokens come from `rng`, which must be unguessable where strangers can reach the chat."""

    def __init__(self, rng: Random, kept: Kept) -> None:
        self._rng = rng
        self._number = kept.last_number
        self._sessions = {s.session: Session(s.session, s.webchat) for s in kept.sessions}
        self._owners: dict[str, Session] = {}
        for opened in kept.conversations:
            self._open(self._sessions[opened.session], opened.conversation)
        for session, latest_milliseconds in kept.latest_milliseconds.items():
            self._sessions[session].latest_milliseconds = latest_milliseconds

    def _open(self, session: Session, conversation: str) -> None:
        session.conversations.append(conversation)
        self._owners[conversation] = session

    def session(self, webchat: str, token: str) -> Session | None:
        """The session with this token in this webchat."""
        session = self._sessions.get(token)
        return session if session is not None and session.webchat == webchat else None

    def owner(self, webchat: str, conversation: str) -> Session | None:
        """The session that this conversation of this webchat belongs to."""
        session = self._owners.get(conversation)
        return session if session is not None and session.webchat == webchat else None

    def begin(self, webchat: str) -> tuple[SessionOpened, ConversationOpened]:
        """Open a session and its first conversation."""
        session = Session(f"{self._rng.getrandbits(128):032x}", webchat)
        self._sessions[session.token] = session
        return SessionOpened(session.token, webchat), self.move(session)

    def move(self, session: Session) -> ConversationOpened:
        """Open a new conversation, which is the session's current one from now on."""
        conversation = f"{self._rng.getrandbits(64):016x}"
        self._open(session, conversation)
        return ConversationOpened(conversation, session.token)

    def say(
        self,
        session: Session,
        conversation: str,
        body: str,
        by: By,
        milliseconds: int,
        given: int | None = None,
    ) -> MessageSaid:
        """Number and stamp a message.

        Unless the stamp is `given`, it is later than every stamp of the session before, by a whole millisecond at least: what a
        browser sorts by must not tie by accident.
        """
        self._number += 1
        created = max(milliseconds, session.latest_milliseconds + 1) if given is None else given
        session.latest_milliseconds = max(session.latest_milliseconds, created)
        return MessageSaid(self._number, session.token, conversation, body, created, by)

    def take_back(self, message: MessageSaid) -> None:
        """The message that was numbered last is not stored after all, and the next one gets its number."""
        assert message.number == self._number
        self._number -= 1

"""The bundled server: the chat's rules over SQLite, HTTP and WebSocket, on one port."""

"""Small apps that use what depends on the server: session state, uploads, media, login, WebSockets."""

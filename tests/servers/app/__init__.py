"""A small Streamlit app that uses what depends on the server: session state, uploads, media, login."""

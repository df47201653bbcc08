"""Real Streamlit servers on loopback, as the rendered template starts and probes them."""

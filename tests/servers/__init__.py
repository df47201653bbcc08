"""Real servers on loopback, as the rendered templates start and probe them: Streamlit, and FastAPI on uvicorn."""

"""The page: it tells how often it ran in this session, what was uploaded and who is logged in."""

from __future__ import annotations

import uuid

import streamlit as st

state = st.session_state
state.runs = state.get("runs", 0) + 1
state.report = state.get("report", f"report {uuid.uuid4()}")

st.text(f"runs: {state.runs}")
uploaded = st.file_uploader("File")
if uploaded:
    st.text(f"uploaded: {len(uploaded.getvalue())} bytes")
st.download_button("Report", state.report, file_name="report.txt")
st.text(f"user: {st.user.get('email', 'nobody')}")
if st.button("Log in"):
    st.login()

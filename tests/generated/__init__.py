"""The whole settings model: whatever it accepts can be rendered, read back, and passes lint."""

"""Tests against the embedded AWS, over a real socket; a folder for each subject."""

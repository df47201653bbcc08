"""The environment file and the pipeline of an app that has none yet, from what the app's own files say."""

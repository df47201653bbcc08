"""The environment file, and the pipeline's, of an app that has none yet: by what the app's own files say."""

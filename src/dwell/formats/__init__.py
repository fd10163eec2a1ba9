"""Labels out: a file per format; each writes ``Labels`` and reports what it could not say."""

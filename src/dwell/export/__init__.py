"""Labels out: one file per format, each writing ``Labels`` below a folder and reporting what it could not say."""

"""The ``dwell`` command: a file per command, and what they share.

The nouns: *console* (tables, JSON, errors, exit codes), *progress* (how far a long job is), *options* (what
several commands ask for), *wording* (the library's messages in the words of the command line). Invariants:
no maths here; with ``--json`` exactly one JSON object goes to stdout, whatever happens. Commands import what
they need when they run, so that help and typing errors are answered at once.
"""

"""The local web app: a server that holds no maths, and a page of plain ES modules.

The nouns: *desk* (one open project on the server, with a process that writes and one that reckons), *change
set* (the currency of all change between server and pages), *place* (a folder that the user named; nothing
outside is served), *task* (work with an end and progress). Invariants: what was acknowledged is on disk; the
page can be reloaded and the server killed at any moment; a page never waits for tracking.
"""

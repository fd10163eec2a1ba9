"""Looking as prompting on the server: one look at a time for each open project.

Gaze comes from a source, is mapped onto the picture by what the page reports of itself, and drives the engine
(``dwell.looking``); the editor's process segments and saves; pages are shown the newest state, never a queue.
"""

"""Work in processes of its own, so that the page is answered whatever is being computed.

The nouns: *worker* (a child process, seen from the server), *target* (the object in it that answers calls),
*editor* (the target that writes to a project and tracks), *analyst* (the target that reads it and reckons).
A worker takes one call at a time, in order; between calls the target may go on with a job of its own, a step
at a time. It ends by itself, saving what it has, when the server that started it is gone.
"""

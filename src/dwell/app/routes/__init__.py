"""The addresses of the server, a file per subject; each turns requests into calls and results into messages."""

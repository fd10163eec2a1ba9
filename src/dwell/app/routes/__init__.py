"""The addresses of the server, a file per subject: requests become calls, answers become messages."""

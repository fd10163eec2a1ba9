"""Speed and quality, measured beside a named peer in the same run; see README.md."""

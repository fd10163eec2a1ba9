"""What was found, ranked and shown: pictures, tables, parts and wholes, names."""

"""A small drawn recording with exact truth."""

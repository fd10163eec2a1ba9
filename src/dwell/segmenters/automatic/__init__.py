"""Masks without prompts: a grid of clicks over the picture and its crops, answered by any segmenter."""

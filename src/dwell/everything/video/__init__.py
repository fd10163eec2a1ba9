"""Everything in a video: found on key frames, chosen, tracked both ways, related."""

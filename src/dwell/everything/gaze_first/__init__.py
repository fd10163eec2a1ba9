"""What was looked at: found at fixations, tracked around them, joined."""

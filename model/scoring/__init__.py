"""From numbers to scores and from scores to codes."""

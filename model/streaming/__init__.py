"""Train on a corpus larger than memory: the stages of training, out of core."""

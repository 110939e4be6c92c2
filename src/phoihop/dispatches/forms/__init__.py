"""What pages of documents take in. Each form gives the values of one action."""

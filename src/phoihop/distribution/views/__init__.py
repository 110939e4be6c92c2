"""The pages of distribution lists."""

"""The demo campaign: original content to try everything with."""

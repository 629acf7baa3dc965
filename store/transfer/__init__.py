"""Campaigns as files: one JSON document, or a folder of Markdown notes."""

"""Asking a language model over the OpenAI protocol: bounded in time, money and trust. Only prose may come of it (C39).

Nothing of the `openai` package is imported before the first call.
"""

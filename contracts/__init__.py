"""The names and shapes that several parts agree on: queues, actors, intents, and the JSON Schemas under v1/."""

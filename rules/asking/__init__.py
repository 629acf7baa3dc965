"""From a question in plain words to a look-up: words, then slots, then a topic, then a reply. No model, no guess."""

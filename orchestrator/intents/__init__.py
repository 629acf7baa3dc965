"""What a prompt asks for, by a small model that runs here: no language model, no network (R8, R9, C27).

Order of events: `cache` remembers prompts; `reading` turns one into features, the embedder of campaign search into a
vector; `head` weighs both into an intent with a confidence. `train` makes the head from `training/`, one file of
prompts an intent, and `words.txt`.
"""

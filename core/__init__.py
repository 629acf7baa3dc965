"""What every part leans on and nothing of ours stands below: settings, errors, ids, tokens, the clock."""

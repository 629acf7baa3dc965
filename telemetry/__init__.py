"""What an operator sees: logs and metrics. Everything above may use it; it knows nothing of them."""

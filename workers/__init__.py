"""The worker pools: one per agent, and the orchestrator's. Each is a process of its own; any number may run."""

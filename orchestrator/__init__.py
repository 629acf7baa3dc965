"""From a prompt to messages and from results to an ended request: classify, plan, submit, finish, sweep."""

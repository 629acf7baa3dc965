"""System Mastery: rules questions answered from the tables, with their source, and never by a guess (R14)."""

from dataclasses import asdict

from rules.questions import answer_question
from workers.step import Outcome, StepTask


class SystemMasteryAgent:
    """Answers one question per step."""

    def think(self, task: StepTask) -> Outcome:
        """Answer the question in `params["question"]`, or the whole prompt."""
        answer = answer_question(task.params.get("question") or task.prompt)
        facts = asdict(answer)
        return Outcome({"content": facts.pop("answer"), **facts})

"""Rules that are answered at once, from memory: THAC0, saving throws, armor class (R36 to R42)."""

from fastlane.errors import InvalidParameters, OperationUnavailable, ParametersOutsideRules, UnknownOperation
from fastlane.lane import FastAnswer, FastLane, describe
from fastlane.operations import OPERATIONS, Operation
from fastlane.parameters import Source

__all__ = [
    "OPERATIONS",
    "FastAnswer",
    "FastLane",
    "InvalidParameters",
    "Operation",
    "OperationUnavailable",
    "ParametersOutsideRules",
    "Source",
    "UnknownOperation",
    "describe",
]

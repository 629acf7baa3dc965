"""Rules that are answered at once, from memory: THAC0, saving throws, armor class and more (R36 to R42)."""

from fastlane.errors import InvalidParameters, OperationUnavailable, ParametersOutsideRules, UnknownOperation
from fastlane.lane import MAX_PREPARED, FastAnswer, FastLane, describe
from fastlane.operation import Operation
from fastlane.operations import OPERATIONS
from fastlane.parameters import Source

__all__ = [
    "MAX_PREPARED",
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

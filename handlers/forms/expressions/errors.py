"""The error of an expression that cannot be compiled."""


class ExpressionError(ValueError):
    """An expression that is not ours to run; `str(error)` is the Chinese sentence that says what to mend."""

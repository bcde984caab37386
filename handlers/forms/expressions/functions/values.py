"""Functions on values of any kind: conversions, conditions, choices, checklists."""

from collections.abc import Callable
from typing import Final

from handlers.forms.expressions.code import TEXTUAL, Code, Env, Run, Type, constant
from handlers.forms.expressions.errors import ExpressionError
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.parser import parse
from handlers.forms.expressions.paths import here_code, node_set
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.syntax import Node, Path
from handlers.forms.expressions.values import text_number, to_text, to_truth

NOT_A_CHOICE_QUESTION = "jr:choice-name 的第二个参数应当是一道选择题，写成 '${题目名称}'。"
NO_TEXT = "表单里没有编号为“{id}”的文字。"
NOT_IN_PAIRS = "weighted-checklist 的第三个参数起要成对：一个条件，一个分值。"

_Codes = tuple[Code, ...]


def _string(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.TEXT, (codes[0] if codes else here_code(scope)).as_text())


def _number(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.NUMBER, (codes[0] if codes else here_code(scope)).as_number())


def _boolean(scope: Scope, codes: _Codes) -> Code:
    return Code(Type.TRUTH, codes[0].as_truth())


def _boolean_from_string(scope: Scope, codes: _Codes) -> Code:
    text = codes[0].as_text()
    return Code(Type.TRUTH, lambda env: text(env) in {"1", "true"})


def _not(scope: Scope, codes: _Codes) -> Code:
    truth = codes[0].as_truth()
    return Code(Type.TRUTH, lambda env: not truth(env))


def _true(scope: Scope, codes: _Codes) -> Code:
    return constant(True)


def _false(scope: Scope, codes: _Codes) -> Code:
    return constant(False)


def _if(scope: Scope, codes: _Codes) -> Code:
    """if(condition, then, else): the one that is not chosen is not computed."""
    fixed, condition = codes[0].constant, codes[0].as_truth()
    if fixed is not None:
        return codes[1 if to_truth(fixed) else 2].check()
    kind, then, otherwise = _joined(codes[1], codes[2])
    return Code(kind, lambda env: then(env) if condition(env) else otherwise(env))


def _coalesce(scope: Scope, codes: _Codes) -> Code:
    """The first argument that is not empty; ODK takes two, here may be more."""
    last = codes[-1].check()
    for code in reversed(codes[:-1]):
        last = _either(code, last)
    return last


def _either(one: Code, other: Code) -> Code:
    kind, first, second = _joined(one, other)
    return Code(kind, lambda env: value if to_text(value := first(env)) != "" else second(env))


def _once(scope: Scope, codes: _Codes) -> Code:
    """The value that the question has already, else the argument; reading oneself here is not a cycle."""
    here, fresh = scope.here, codes[0].as_text()

    def run(env: Env) -> str:
        return env.values.get(here, "") or fresh(env)

    return Code(Type.TEXT, run)


def _joined(one: Code, two: Code) -> tuple[Type, Run, Run]:
    """The type of a choice between two codes. Text and number are kept apart until run time."""
    kinds = {one.check().type, two.check().type}
    if len(kinds) == 1:
        return one.type, one.run, two.run
    return (Type.TEXT if kinds <= TEXTUAL else Type.ANY), one.run, two.run


def _selected(scope: Scope, codes: _Codes) -> Code:
    chosen, name = codes[0].as_text(), codes[1].as_text()
    if isinstance(codes[1].constant, str):
        wanted = codes[1].constant.strip()
        return Code(Type.TRUTH, lambda env: wanted in chosen(env).split())
    return Code(Type.TRUTH, lambda env: name(env).strip() in chosen(env).split())


def _selected_at(scope: Scope, codes: _Codes) -> Code:
    chosen, index = codes[0].as_text(), codes[1].as_number()

    def run(env: Env) -> str:
        names, wanted = chosen(env).split(), index(env)
        return names[int(wanted)] if 0 <= wanted < len(names) else ""

    return Code(Type.TEXT, run)


def _count_selected(scope: Scope, codes: _Codes) -> Code:
    chosen = codes[0].as_text()
    return Code(Type.NUMBER, lambda env: float(len(chosen(env).split())))


def _choice_name(scope: Scope, codes: _Codes) -> Code:
    """jr:choice-name(value, '${question}'): in this order, as JavaRosa takes them; the specification has it reversed.

    pyxform writes the question as a quoted path, absolute or relative; several values are joined as people read them.
    """
    value, written = codes[0].as_text(), codes[1].constant
    path = _quoted_path(written) if isinstance(written, str) else None
    if path is None:
        raise ExpressionError(NOT_A_CHOICE_QUESTION)
    found = node_set(path, scope, _refuse)
    ref = found.universe[0] if found.universe else found.template
    read = scope.labels_of(ref, found.template)
    if read is None:
        raise ExpressionError(NOT_A_CHOICE_QUESTION)
    labels = read
    return Code(Type.TEXT, lambda env: labels(value(env), env))


def _quoted_path(text: str) -> Path | None:
    try:
        tree = parse(text)
    except ExpressionError:
        return None
    return tree if isinstance(tree, Path) else None


def _refuse(node: Node, scope: Scope) -> Code:
    raise ExpressionError(NOT_A_CHOICE_QUESTION)


def _itext(scope: Scope, codes: _Codes) -> Code:
    """jr:itext(id): a text of the form in the language shown; "" for an id that only the run finds missing."""
    wanted, texts = codes[0].as_text(), scope.texts
    if isinstance(codes[0].constant, str) and codes[0].constant not in texts:
        raise ExpressionError(NO_TEXT.format(id=codes[0].constant))

    def run(env: Env) -> str:
        read = texts.get(wanted(env))
        return "" if read is None else read(env)

    return Code(Type.TEXT, run)


def _version(scope: Scope, codes: _Codes) -> Code:
    return constant(scope.version)


def _ticked(code: Code) -> Callable[[Env], list[bool]]:
    """Which answers count in a checklist: a number when it is above 0, anything else when it is true.

    JavaRosa and the specification agree for numbers; for other texts the specification is silent, JavaRosa says true.
    """
    if code.type is Type.TRUTH:
        truth = code.as_truth()
        return lambda env: [truth(env)]
    values = code.as_list()
    return lambda env: [text != "" and not text_number(text) <= 0 for text in values(env)]


def _between(total: float, least: float, most: float) -> bool:
    """Whether a total is within bounds; a negative bound does not apply."""
    return (least < 0 or total >= least) and (most < 0 or total <= most)


def _checklist(scope: Scope, codes: _Codes) -> Code:
    least, most = codes[0].as_number(), codes[1].as_number()
    ticked = tuple(_ticked(code) for code in codes[2:])

    def run(env: Env) -> bool:
        return _between(sum(sum(answers(env)) for answers in ticked), least(env), most(env))

    return Code(Type.TRUTH, run)


def _weighted_checklist(scope: Scope, codes: _Codes) -> Code:
    """Pairs of answer and weight; -1 as a bound does not apply (the specification; in JavaRosa it is a bound)."""
    if len(codes) % 2:
        raise ExpressionError(NOT_IN_PAIRS)
    least, most = codes[0].as_number(), codes[1].as_number()
    pairs = tuple((_ticked(answer), weight.as_list()) for answer, weight in zip(codes[2::2], codes[3::2], strict=True))

    def run(env: Env) -> bool:
        total = 0.0
        for answers, weights in pairs:
            total += sum(
                text_number(weight) for answer, weight in zip(answers(env), weights(env), strict=False) if answer
            )
        return _between(total, least(env), most(env))

    return Code(Type.TRUTH, run)


FUNCTIONS: Final[dict[str, Function]] = {
    "string": Function(0, 1, _string),
    "number": Function(0, 1, _number),
    "boolean": Function(1, 1, _boolean),
    "boolean-from-string": Function(1, 1, _boolean_from_string),
    "not": Function(1, 1, _not),
    "true": Function(0, 0, _true),
    "false": Function(0, 0, _false),
    "if": Function(3, 3, _if),
    "coalesce": Function(2, None, _coalesce),
    "once": Function(1, 1, _once, pure=False),
    "selected": Function(2, 2, _selected),
    "is-selected": Function(2, 2, _selected),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, _count_selected),
    "jr:choice-name": Function(2, 2, _choice_name, pure=False),
    "jr:itext": Function(1, 1, _itext, pure=False),
    "version": Function(0, 0, _version),
    "checklist": Function(3, None, _checklist),
    "weighted-checklist": Function(4, None, _weighted_checklist),
}

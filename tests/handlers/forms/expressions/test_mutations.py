"""The table of facts is good enough to notice bugs: every deliberate one in the package is caught by some fact."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import handlers.forms.expressions.compiler
from tests.handlers.forms.expressions.facts import FACTS
from tests.handlers.forms.expressions.language import PACKAGE, Language
from tests.handlers.forms.expressions.layout import Fact


class Bug(NamedTuple):
    """One deliberate bug: in which module of the package which piece of source becomes what."""

    name: str
    module: str
    right: str
    wrong: str


BUGS = [
    # choices
    Bug("selected() as substring", "functions.values", "wanted in chosen(env).split()", "wanted in chosen(env)"),
    Bug("selected() keeps blanks", "functions.values", "codes[1].constant.strip()", "codes[1].constant"),
    Bug("selected-at() from one", "functions.values", "names[int(wanted)]", "names[int(wanted) - 1]"),
    Bug("count-selected() counts letters", "functions.values", "len(chosen(env).split())", "len(chosen(env))"),
    Bug("jr:choice-name() gives the name", "functions.values", "labels(value(env), env))", "value(env))"),
    # repeats and paths
    Bug("absolute path ignores the current repeat", "paths", "own = self._bound(step)", 'own = ""'),
    Bug("absolute path stays bound under a predicate", "paths", "or step.predicates or own", "or own"),
    Bug("position() from zero", "nodes", "return int(ref[ref.rindex", "return -1 + int(ref[ref.rindex"),
    Bug("place in a predicate from zero", "predicates", "in range(1, size + 1)", "in range(size)"),
    Bug(
        "place in a later predicate from zero",
        "predicates",
        "for env.position, ref in enumerate(refs, 1)",
        "for env.position, ref in enumerate(refs)",
    ),
    Bug("place of a node apart from zero", "predicates", "constant(float(number))", "constant(float(number - 1))"),
    Bug("last() is one less", "predicates", "    env.size = size\n    for", "    env.size = size - 1\n    for"),
    Bug(
        "last() of what is left counts all",
        "predicates",
        "env.size, left = len(refs), list",
        "env.size, left = size, list",
    ),
    Bug(
        "a predicate reads the first node for all",
        "predicates",
        'env.values.get(env.node + tail, "")\n\n    def nodes',
        ('env.values.get(refs[0], "")\n\n    def nodes'),
    ),
    Bug("place among rows from zero", "rows", "enumerate(found, 1)", "enumerate(found)"),
    Bug(
        "position of a repeat is the first one's",
        "paths",
        "            self._own = own\n",
        '            self._own = ""\n',
    ),
    Bug("a predicate tests the question", "scope", "            here=here,\n", "            here=self.here,\n"),
    Bug("current() is the node tested", "scope", "return self.current or self.here", "return self.here"),
    Bug("only the first node is compared", "compiler", "if (left.many or right.many) and", "if False and"),
    Bug("count() counts one node", "functions.nodes", "constant(float(len(code.fixed)))", "constant(1.0)"),
    Bug("count-non-empty() counts empty nodes", "functions.nodes", 'sum(value != "" for', "sum(True for"),
    Bug(
        "indexed-repeat() from zero",
        "functions.nodes",
        "key = tuple(float(instance_number(parts[depth]))",
        ("key = tuple(float(instance_number(parts[depth]) - 1)"),
    ),
    Bug("indexed-repeat() ignores the current instance", "functions.nodes", "near > found[key][0]", "False"),
    # lists
    Bug(
        "filter reads the form's value",
        "rows",
        'return env.item.get(name, "")',
        'return env.values.get("/data/" + name, "")',
    ),
    Bug(
        "inner filter leaves its row behind",
        "rows",
        "env.item, env.position, env.size, found = item,",
        ("_, env.position, env.size, found = item,"),
    ),
    Bug("index finds the first row only", "nodes", "tuple(rows) for value", "tuple(rows[:1]) for value"),
    Bug("index used for or", "rows", '(("and", _), *_)', '((("and" | "or"), _), *_)'),
    Bug("index used beside position()", "rows", "not inner.asked_position and", ""),
    Bug("pulldata() finds the last row's cell", "rows", "rows[0].get(column", "rows[0].get(key"),
    Bug(
        "last sheet read as this one",
        "rows",
        'lambda env: env.last.get(ref, ""), nodes',
        ('lambda env: env.values.get(ref, ""), nodes'),
    ),
    # values and operators
    Bug("empty text is 0", "code", "if (text := numeral(env)) else NAN", "if (text := numeral(env)) else 0.0"),
    Bug(
        "a date is compared as text",
        "values",
        "return day_number(text)\n\n\ndef number_text",
        "return NAN\n\n\ndef number_text",
    ),
    Bug(
        "a day begins at noon",
        "values",
        "fromisoformat(text).toordinal() - _EPOCH",
        "fromisoformat(text).toordinal() - _EPOCH + 0.5",
    ),
    Bug("the time of a date-time is lost", "values", "else days + _seconds", "else days + 0 * _seconds"),
    Bug("div by integer", "compiler", "return dividend / divisor", "return dividend // divisor"),
    Bug("div by zero is NaN", "compiler", "return math.copysign(math.inf, dividend) * ", "return NAN * "),
    Bug("mod with the divisor's sign", "compiler", "math.fmod(dividend, divisor)", "dividend % divisor"),
    Bug(
        "minus binds to the right",
        "compiler",
        "total = operation(total, operand(env))",
        "total = operation(operand(env), total)",
    ),
    Bug("and is or", "compiler", "first(env) and second(env)", "first(env) or second(env)"),
    Bug("or is and", "compiler", "first(env) or second(env)", "first(env) and second(env)"),
    Bug("long and is any", "compiler", "all(truth(env) for truth in truths)", "any(truth(env) for truth in truths)"),
    Bug("or binds tighter than and", "syntax", '("or",),\n    ("and",),', '("and",),\n    ("or",),'),
    Bug("< is <=", "compiler", '"<": operator.lt', '"<": operator.le'),
    Bug("> is >=", "compiler", '">": operator.gt', '">": operator.ge'),
    Bug("!= is =", "compiler", 'env.values.get(ref, "") != text', 'env.values.get(ref, "") == text'),
    Bug(
        "text compared with number as text",
        "compiler",
        "one, two = left.as_number(), right.as_number()",
        "one, two = left.as_text(), right.as_text()",
    ),
    Bug(
        "number to string with exponent",
        "values",
        'return format(Decimal(text), "f") if "e" in text else text',
        "return text",
    ),
    Bug("big number with exponent", "values", 'format(Decimal(repr(number)), "f").removesuffix(".0")', "repr(number)"),
    Bug("whole number with .0", "values", "return str(int(number))", "return str(number)"),
    Bug(
        "exponent understood",
        "values",
        r'(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")',
        r'(?:[0-9]+(?:\.[0-9]*)?(?:e[0-9]+)?|\.[0-9]+)\s*")',
    ),
    Bug("NaN is true", "values", "return number == number and number != 0", "return number != 0"),
    # functions
    Bug("round half to even", "functions.numbers", "math.floor(value + 0.5)", "round(value)"),
    Bug(
        "round to places half to even",
        "functions.numbers",
        "Decimal(1), ROUND_HALF_UP,",
        'Decimal(1), "ROUND_HALF_EVEN",',
    ),
    Bug("int() rounds down", "functions.numbers", "_one(_whole(math.trunc))", "_one(_whole(math.floor))"),
    Bug(
        "if() evaluates its condition as text",
        "functions.values",
        "codes[0].constant, codes[0].as_truth()",
        ('codes[0].constant, (lambda text: lambda env: text(env) != "")(codes[0].as_text())'),
    ),
    Bug(
        "if() swaps its branches",
        "functions.values",
        "then(env) if condition(env) else otherwise(env)",
        ("otherwise(env) if condition(env) else then(env)"),
    ),
    Bug(
        "coalesce() gives the last",
        "functions.values",
        'if to_text(value := first(env)) != "" else',
        ('if to_text(value := first(env)) == "" else'),
    ),
    Bug("once() computes again", "functions.values", 'env.values.get(here, "") or fresh(env)', "fresh(env)"),
    Bug("boolean-from-string() is boolean()", "functions.values", 'text(env) in {"1", "true"}', 'text(env) != ""'),
    Bug("a negative bound applies", "functions.values", "(most < 0 or total <= most)", "total <= most"),
    Bug(
        "an empty answer makes a sum 0",
        "functions.numbers",
        "for number in numbers if not math.isnan(number)",
        "for number in numbers[:1]",
    ),
    Bug(
        "min() counts empty as 0",
        "functions.numbers",
        "for value in nodes(env) if value]",
        "for value in nodes(env) for value in [value or '0']]",
    ),
    Bug("substr() from one", "functions.texts", "return whole[first:last]", "return whole[first - 1 : last]"),
    Bug("regex() finds anywhere", "functions.texts", ".fullmatch, codes[0]", ".search, codes[0]"),
    Bug("join() drops the separator", "functions.texts", "return separator(env).join", 'return "".join'),
    Bug(
        "concat() takes the first node",
        "functions.texts",
        '"".join(nodes(env)) for nodes',
        '"".join(nodes(env)[:1]) for nodes',
    ),
    Bug("starts-with() is contains()", "functions.texts", "_pair(str.startswith)", "_pair(str.__contains__)"),
    Bug("translate() keeps what has no partner", "functions.texts", "else None)", "else character)"),
    Bug("month padded", "functions.dates", '"%n": lambda day: str(day.month)', '"%n": lambda day: f"0{day.month}"'),
    Bug("week begins on Sunday", "functions.dates", '"一二三四五六日"', '"日一二三四五六"'),
    Bug("now() is today()", "functions.dates", "lambda env: env.now)", "lambda env: env.today)"),
    Bug("date() keeps the time", "functions.dates", "Code(Type.DATE, _day(codes[0]))", "codes[0]"),
    Bug("offset ignored", "values", "- sign * minutes / 1_440", ""),
    Bug("offset the wrong way", "values", 'sign = -1 if match[5][0] == "-"', 'sign = -1 if match[5][0] == "+"'),
    Bug("distance in kilometres", "functions.places", "6_378_100.0", "6_378.1"),
    Bug("ring not closed", "functions.places", "pairwise([*points, points[0]])", "pairwise(points)"),
    # spelling
    Bug("literals made half-width", "lexer", "text = expression[at + 1 :", "text = narrow[at + 1 :"),
    Bug("full-width symbols kept", "lexer", "narrow = expression.translate(_HALF_WIDTH)", "narrow = expression"),
    Bug("minus signs add up", "parser", "negative = not negative", "negative = True"),
]


class _Finder(MetaPathFinder):
    """Gives one module of the package from changed source, all others as they are."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        self._source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = PathFinder.find_spec(fullname, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Loader(fullname, spec.origin, self._source)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, source: str) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> object:  # type: ignore[override]  # the stub allows None, which never comes
        return compile(self._source, f"{self.path} (with a bug)", "exec", dont_inherit=True)


@contextmanager
def language_with(bug: Bug) -> Iterator[Language]:
    """A copy of the whole package with the bug in it; the real one is there again afterwards."""
    name = f"{PACKAGE}.{bug.module}"
    source = (Path(handlers.forms.expressions.__file__).parent / f"{bug.module.replace('.', '/')}.py").read_text()
    assert source.count(bug.right) == 1, f"{bug.name}: the source of {name} has changed, this bug cannot be made in it"
    real = {module: sys.modules.pop(module) for module in list(sys.modules) if f"{module}.".startswith(f"{PACKAGE}.")}
    finder = _Finder(name, source.replace(bug.right, bug.wrong))
    sys.meta_path.insert(0, finder)
    try:
        yield Language(import_module)
    finally:
        sys.meta_path.remove(finder)
        for module in [module for module in sys.modules if f"{module}.".startswith(f"{PACKAGE}.")]:
            del sys.modules[module]
        sys.modules.update(real)
        handlers.forms.expressions = real[PACKAGE]


def contradicted(language: Language) -> Fact | None:
    """The first fact that does not hold; an exception is as bad as a wrong value."""
    for fact in FACTS:
        try:
            if language.text(fact.expression, fact.here) != fact.text:
                return fact
        except Exception:  # a bug may break anything
            return fact
    return None


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_is_caught(bug: Bug) -> None:
    with language_with(bug) as language:
        assert contradicted(language) is not None, f"no fact contradicts: {bug.name}"


def test_the_package_without_a_bug_is_not_caught() -> None:
    with language_with(Bug("none", "compiler", "import math\n", "import math  # no bug\n")) as language:
        assert contradicted(language) is None
    assert sys.modules[f"{PACKAGE}.compiler"] is handlers.forms.expressions.compiler

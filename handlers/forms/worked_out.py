"""What a form worked out and told the person beside a finding: notes that carry computed values."""

from collections.abc import Sequence

from handlers.forms.findings import findings
from handlers.forms.form import Form, Kind
from handlers.forms.readable import env_of, label_of
from handlers.forms.views import FormState


def notes_beside_findings(form: Form, state: FormState) -> Sequence[tuple[str, ...]]:
    """For each finding, as `engine.findings` counts them, the texts of the notes in its instance of a repeat (outside
    of repeats: in its group) that the person was shown and that hold computed values.
    """
    layout = form.layout(state.counts)
    computed = {ref for ref, leaf in layout.leaves.items() if leaf.kind is Kind.CALCULATE}
    rest = {ref: value for ref, value in state.answers.items() if ref not in computed}
    env, plain = env_of(state), env_of(state._replace(answers=rest))
    told = [
        (step.ref, label_of(step, env))
        for step in layout.steps
        if step.kind is Kind.NOTE
        and step.label is not None
        and step.label.fixed is None
        and state.off.isdisjoint(step.gates)
        and label_of(step, env) != label_of(step, plain)
    ]
    return [
        tuple(text for ref, text in told if ref.startswith(f"{_around(found.ref)}/")) for found in findings(form, state)
    ]


def _around(ref: str) -> str:
    """The innermost instance of a repeat, or the group."""
    instance, bracket, _ = ref.rpartition("]")
    return instance + bracket if bracket else ref.rpartition("/")[0]

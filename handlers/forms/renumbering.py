"""The numbers of instances when one of them goes: the ones after it move up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Removal:
    """One instance being taken out of its repeat."""

    repeat: str
    """The concrete ref of the repeat: `/data/trees`."""
    number: int
    """Which instance goes, from 1."""

    def ref(self, ref: str) -> str | None:
        """What a ref becomes; None when it goes with the instance."""
        number = self._number(ref)
        if number == self.number:
            return None
        if number < self.number:
            return ref
        rest = ref[len(self.repeat) + 1 + len(str(number)) :]
        return f"{self.repeat}[{number - 1}{rest}"

    def refs(self, refs: Iterable[str]) -> list[str]:
        """What is left of refs."""
        return [moved for ref in refs if (moved := self.ref(ref)) is not None]

    def moved(self, kept: Mapping[str, T]) -> dict[str, T]:
        """What is left of what is kept by ref."""
        return {moved: value for ref, value in kept.items() if (moved := self.ref(ref)) is not None}

    def counts(self, counts: Mapping[str, int]) -> dict[str, int]:
        """The numbers of instances afterwards."""
        return self.moved(counts) | {self.repeat: counts[self.repeat] - 1}

    def concerns(self, ref: str) -> bool:
        """Whether a ref stands in the instance that goes or in one that moves."""
        return self._number(ref) >= self.number

    def instance_of(self, ref: str) -> str:
        """The instance that a ref stands in."""
        return f"{self.repeat}[{self._number(ref)}]"

    def _number(self, ref: str) -> int:
        """The number of the instance that a ref stands in (or is); 0 for refs elsewhere."""
        if not ref.startswith(f"{self.repeat}["):
            return 0
        return int(ref[len(self.repeat) + 1 :].partition("]")[0])


def nested(counts: Mapping[str, int], repeat: str, count: int) -> list[str]:
    """The repeats inside the instances that go when a repeat keeps only its first `count` instances."""
    return [ref for ref in counts if ref.startswith(f"{repeat}[") and Removal(repeat, count + 1).concerns(ref)]

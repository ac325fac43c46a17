"""Catalogs: ordered collections of entries that are found by name, and say which names are near when one is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from glassnet.catalog.entries import Entry
from glassnet.errors import ParameterError

E = TypeVar("E", bound=Entry)


class Catalog(Generic[E]):
    """Entries of one kind, in the order in which they are presented.

    An entry is an attribute (`gn.activations.relu`), an item under its name or a synonym
    (`gn.activations["logistic"]`), and is found by iteration.

    Parameters
    ----------
    entries : iterable of Entry
        Names and synonyms must all be different.
    formulas : callable, optional
        Makes an entry of a text that is no name, or of a description with a formula: called with the text (or
        description) and the parameters, it returns None where the text is no formula but a misspelt name.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activations["logistic"].name
    'sigmoid'
    >>> "swish" in gn.activations
    True
    >>> [activation.name for activation in gn.activations][:3]
    ['identity', 'step', 'relu']
    """

    def __init__(
        self,
        entries: Iterable[E],
        formulas: Callable[[str | Mapping[str, Any], Mapping[str, Any]], E | None] | None = None,
    ) -> None:
        self._formulas = formulas
        self._by_name: dict[str, E] = {}
        self._by_synonym: dict[str, E] = {}
        for entry in entries:
            self._kind = entry.kind
            for key in (entry.name, *entry.synonyms):
                if key in self._by_name or key in self._by_synonym:
                    raise ValueError(f'the name "{key}" is taken twice among the entries of kind "{entry.kind}"')
                (self._by_name if key == entry.name else self._by_synonym)[key] = entry

    @property
    def names(self) -> tuple[str, ...]:
        """Canonical names."""
        return tuple(self._by_name)

    @property
    def synonyms(self) -> Mapping[str, str]:
        """Canonical name of each synonym."""
        return {synonym: entry.name for synonym, entry in self._by_synonym.items()}

    def resolve(
        self, value: str | E | Mapping[str, Any], parameters: Mapping[str, object] | None = None, *, argument: str = ""
    ) -> E:
        """Find an entry and configure it.

        Parameters
        ----------
        value : str, Entry or mapping
            A name, a synonym, an entry (kept as it is), what `Entry.to_json` gave, or a formula where the
            catalog takes one.
        parameters : mapping of str to number, optional
            Values that differ from the entry's.
        argument : str, optional
            What error messages call the argument; by default the kind of the entries.

        Raises
        ------
        ParameterError
            If there is no such entry or parameter, or a value breaks its parameter's rule.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.activations.resolve("leaky_relu", {"slope": 0.03})
        gn.activation('leaky_relu', slope=0.03)
        """
        argument = argument or self._kind
        if self._formulas is not None and self._may_be_formula(value):
            written = self._formulas(value, parameters or {})  # type: ignore[arg-type]
            if written is not None:
                return written
        if isinstance(value, Mapping):
            entry = self._named(value.get("name"), argument)
            for key in value:
                if key not in entry.described:
                    raise ParameterError.unknown(str(key), entry.described, of=argument)
            described = value.get("parameters", {})
            if not isinstance(described, Mapping):
                raise ParameterError.value("parameters", described, "a dict of names and numbers")
            others = {key: value[key] for key in entry.described[2:] if key in value}
            return entry.with_parameters(**{**described, **others, **(parameters or {})})
        entry = value if isinstance(value, Entry) and value.kind == self._kind else self._named(value, argument)
        return entry.with_parameters(**(parameters or {}))

    def _may_be_formula(self, value: object) -> bool:
        return "formula" in value if isinstance(value, Mapping) else isinstance(value, str) and value not in self

    def _named(self, name: object, argument: str) -> E:
        found = (self._by_name.get(name) or self._by_synonym.get(name)) if isinstance(name, str) else None
        if found is None:
            raise ParameterError.choice(argument, name, self.names, tuple(self._by_synonym))
        return found

    def __getattr__(self, name: str) -> E:
        if name.startswith("_"):  # asked by copy, pickle and notebooks, even before there are entries
            raise AttributeError(name)
        found = self._by_name.get(name) or self._by_synonym.get(name)
        if found is None:
            raise AttributeError(str(ParameterError.choice(self._kind, name, self.names, tuple(self._by_synonym))))
        return found

    def __getitem__(self, name: str) -> E:
        return self._named(name, self._kind)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name or name in self._by_synonym

    def __iter__(self) -> Iterator[E]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._by_name]

    def __repr__(self) -> str:
        return f"<{len(self)} entries of kind {self._kind}: {', '.join(self.names)}>"

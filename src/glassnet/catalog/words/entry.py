"""What a word of the field is: an explanation, an example that runs, and words that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from glassnet.errors import ParameterError
from glassnet.texts import _, language


@dataclass(frozen=True)
class Word:
    """One word of the field.

    Texts are declared in English with `glassnet.texts.later`; `translated` gives them in the language in use.

    Parameters
    ----------
    name : str
        In English; what it is found and sorted by.
    chinese : str
        The Chinese word, by which it is found as well.
    paragraphs : tuple of str
        The explanation.
    example : str
        A few lines of Python that run as they stand.
    prints : str
        What the example prints.
    synonyms : tuple of str
        Other names for the same, in both languages.
    covers : tuple of str, default=()
        Terms that are not the same, but explained here; the word is found by them too.
    table : tuple of (str, str), default=()
        Pairs that belong together, the first pair heads the columns.
    relatives : tuple of str
        Names of other words, and of entries of the catalog.
    sources : tuple of str

    Examples
    --------
    >>> import glassnet as gn
    >>> word = gn.words["backward pass"]
    >>> word.name, word.chinese
    ('backpropagation', '反向传播')
    """

    kind: ClassVar[str] = "word"

    name: str
    chinese: str
    paragraphs: tuple[str, ...]
    example: str
    prints: str
    synonyms: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    relatives: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The word in the language in use."""
        return self.chinese if language() == "zh" else self.name

    def translated(self) -> Word:
        """Return the word with its texts in the language in use; example and sources stay as they are."""
        return replace(
            self,
            paragraphs=tuple(_(paragraph) for paragraph in self.paragraphs),
            table=tuple((_(left), _(right)) for left, right in self.table),
        )

    def markdown(self) -> str:
        """Write the word in Markdown, in the language in use: explanation, table, example and what it prints.

        Examples
        --------
        >>> import glassnet as gn
        >>> gn.words["entropy"].markdown().splitlines()[0]
        '## entropy'
        """
        told = self.translated()
        parts = [f"## {self.title}", *told.paragraphs]
        if told.table:
            head, *rows = ("| " + " | ".join(pair) + " |" for pair in told.table)
            parts.append("\n".join([head, "|---|---|", *rows]))
        parts += [f"```python\n{self.example}```", f"```text\n{self.prints}```", "; ".join(self.sources) + "."]
        return "\n\n".join(parts)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __repr__(self) -> str:
        return f"gn.words[{self.name!r}]"


class Words(Mapping[str, Word]):
    """The words in the order in which they are presented, found by name or synonym in both languages.

    Upper and lower case, hyphens, underlines and spaces make no difference.

    Parameters
    ----------
    words : iterable of Word
        Names and synonyms must all be different.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.words["gradient-descent"] is gn.words["梯度下降"]
    True
    >>> "Perceptron" in gn.words
    True
    """

    def __init__(self, words: Iterable[Word]) -> None:
        self._words: dict[str, Word] = {}
        self._by_key: dict[str, Word] = {}
        for word in words:
            self._words[word.name] = word
            for said in (word.name, word.chinese, *word.synonyms, *word.covers):
                if self._by_key.setdefault(_key(said), word) is not word:
                    raise ValueError(f'two words are called "{said}"')

    @property
    def names(self) -> tuple[str, ...]:
        """Names in English."""
        return tuple(self._words)

    @property
    def synonyms(self) -> Mapping[str, str]:
        """Name of the word that explains each other term, in both languages."""
        return {
            said: word.name for word in self._words.values() for said in (word.chinese, *word.synonyms, *word.covers)
        }

    def __getitem__(self, name: str) -> Word:
        if name not in self:
            raise ParameterError.nothing_called(name, (*self.names, *self.synonyms))
        return self._by_key[_key(name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _key(name) in self._by_key

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __repr__(self) -> str:
        return f"<{len(self)} words: {', '.join(self.names)}>"


def _key(name: str) -> str:
    return re.sub(r"[-_\s]+", "", name).casefold()

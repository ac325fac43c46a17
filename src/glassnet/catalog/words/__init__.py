"""The words of the field, each explained once, with an example that runs: `glassnet explain neuron`.

entry.py                                                            what a word is, and how one is found
told.py                                                             a word as an explanation
networks.py, training.py, entropy.py, troubles.py, data.py          the words
"""

from glassnet.catalog.words import data, entropy, networks, training, troubles
from glassnet.catalog.words.entry import Word as Word
from glassnet.catalog.words.entry import Words as Words

WORDS = Words((*networks.WORDS, *training.WORDS, *entropy.WORDS, *troubles.WORDS, *data.WORDS))

"""Which parameters units learn: declared, asked for, refused; and how it is written down."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from sklearn.base import clone

import glassnet as gn
from glassnet.errors import ParameterError

FIXED = gn.activation("prelu", learned=[])
LEARNED = gn.activation("silu", beta=0.5, learned=["beta"])


def test_what_is_learned_is_part_of_what_an_activation_is():
    assert gn.activation("prelu").learned == gn.activations.prelu.learned == ("slope",)
    assert gn.activation("silu").learned == ()
    assert FIXED.learned == ()
    assert gn.activation("prelu") != FIXED
    assert gn.activation("silu", beta=0.5) != LEARNED
    assert len({gn.activation("prelu"), FIXED, gn.activation("prelu", learned=("slope",))}) == 2
    assert gn.activation(LEARNED, beta=2.0).learned == ("beta",)  # kept where nothing else is asked
    assert gn.activation(LEARNED, learned=[]) == gn.activation("silu", beta=0.5)


@pytest.mark.parametrize("activation", [FIXED, LEARNED, gn.activation("prelu", slope=0.1)], ids=repr)
def test_it_survives_writing_and_copying(activation):
    assert eval(repr(activation), {"gn": gn}) == activation
    assert gn.activation(json.loads(json.dumps(activation.to_json()))) == activation
    for copied in (copy.copy(activation), copy.deepcopy(activation), pickle.loads(pickle.dumps(activation))):
        assert copied == activation
        assert copied.learned == activation.learned
    assert clone(activation, safe=False) == activation


def test_only_what_is_not_the_default_is_written():
    assert gn.activation("prelu").to_json() == {"name": "prelu", "parameters": {"slope": 0.25}}
    assert FIXED.to_json() == {"name": "prelu", "parameters": {"slope": 0.25}, "learned": []}
    assert repr(gn.activation("prelu")) == "gn.activation('prelu', slope=0.25)"
    assert repr(LEARNED) == "gn.activation('silu', beta=0.5, learned=['beta'])"


@pytest.mark.parametrize(
    ("name", "learned", "message"),
    [
        ("silu", ["bta"], 'silu has no parameter "bta" that units can learn; it has beta. Did you mean "beta"?'),
        ("elu", ["alpha"], 'elu has no parameter "alpha" that units can learn; it has none'),
        ("relu", ["slope"], 'relu has no parameter "slope" that units can learn; it has none'),
        ("maxout", ["pieces"], 'maxout has no parameter "pieces" that units can learn; it has none'),
        ("silu", "beta", 'learned must be a list of names of parameters; got "beta"'),
        ("silu", 3, "learned must be a list of names of parameters; got 3"),
    ],
)
def test_what_cannot_be_learned_is_refused(name, learned, message):
    with pytest.raises(ParameterError) as caught:
        gn.activation(name, learned=learned)
    assert str(caught.value) == message


def test_other_entries_learn_nothing():
    with pytest.raises(ParameterError, match='loss has no parameter "learned"'):
        gn.loss({"name": "huber", "parameters": {"delta": 1.0}, "learned": ["delta"]})

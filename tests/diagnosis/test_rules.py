"""Each rule finds what it is for, and nothing where all is well or where it cannot know."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from tests.diagnosis.cases import case, facts, found, network, random_weights, trace

from glassnet.diagnosis import Column, ColumnFacts, Look, Units
from glassnet.diagnosis.rules import RULES
from glassnet.network import TrainingSpec

SPREAD = np.ones((20, 1))


def columns(largest=(0.0, 1.0), widest=1.0, narrowest=1.0, n_constant=0, n=5):
    return ColumnFacts(
        n, n_constant, tuple(range(n_constant)), Column(1, *largest), Column(2, 0.0, widest), Column(3, 0.0, narrowest)
    )


def look(recalls=None, active=1.0, saturated=0.0, **more):
    unit = Units(np.full(20, active), np.full(20, saturated), np.zeros(20), np.ones(20))
    return Look(500, (unit, unit), None if recalls is None else np.array(recalls), **more)


def unequal(first, last, rest=0.5):
    return np.array([first, rest, last])


CONSTANT = np.full(20, 1.1)
SLOW = np.linspace(1.1, 0.9, 20)
# A change of a healthy case that the rule must speak of, and one that is near but must not provoke it.
CASES: dict[str, list[tuple[dict, dict]]] = {
    "diverged": [
        ({"stop_reason": "diverged"}, {"stop_reason": "early_stopping"}),
        ({"trace": trace(losses=[1.0, 0.9, 5.0, 40.0])}, {"trace": trace(losses=[40.0, 5.0, 3.0, 2.5])}),
    ],
    "stuck": [({"trace": trace(losses=CONSTANT)}, {"trace": trace(losses=SLOW)})],
    "plateau": [
        (
            {"trace": trace(losses=[*[1.1] * 12, *np.linspace(1.0, 0.1, 8)])},
            {"trace": trace(losses=[*[1.1] * 4, *np.linspace(1.0, 0.1, 16)])},  # too short
        ),
        (
            {"trace": trace(losses=[1.1, 0.6, *[0.5] * 11, *np.linspace(0.4, 0.1, 7)])},
            {"trace": trace(losses=[1.1, 0.6, *[0.5] * 18])},  # the end, which is told by other rules
        ),
        ({"trace": trace(losses=[*[1.1] * 12, *[0.2] * 8])}, {"trace": trace(losses=[*[1.1] * 12, *[1.05] * 8])}),
        (
            {"trace": trace(losses=[*[1.1] * 12, *[0.2] * 8]), "training": TrainingSpec(learning_rate="cosine")},
            {"trace": trace(losses=[*[0.6] * 12, *[0.2] * 8]), "training": TrainingSpec(learning_rate="cosine")},
        ),
    ],
    "unfinished": [
        (
            {"stop_reason": "max_iter", "trace": trace(losses=np.linspace(1.1, 0.5, 20))},
            {"stop_reason": "max_iter", "trace": trace(losses=[*np.linspace(1.1, 0.1, 10), *[0.1] * 10])},
        ),
        (
            {"stop_reason": "max_iter"},
            {"stop_reason": "max_iter", "training": TrainingSpec(batch_size=50, max_iter=20, learning_rate="cosine")},
        ),
    ],
    "few_steps": [
        (
            {
                "stop_reason": "max_iter",
                "trace": trace(losses=SLOW),
                "training": TrainingSpec(batch_size=1000, max_iter=20),
            },
            {"stop_reason": "max_iter", "trace": trace(losses=SLOW)},
        )
    ],
    "rate_too_high": [
        (
            {"trace": trace(update_norm=3.0, dead=unequal(0.5, 0.0))},
            {"trace": trace(update_norm=0.5, dead=unequal(0.5, 0.0))},
        ),
        ({"trace": trace(update_norm=3.0, losses=[1.0, 0.1, 0.5])}, {"trace": trace(losses=[1.0, 0.1, 0.5])}),
    ],
    "rate_too_low": [
        (
            {"trace": trace(update_norm=1e-5, losses=SLOW)},
            {"trace": trace(update_norm=1e-5)},  # it has learned all the same
        ),
        ({"trace": trace(update_norm=1e-5, losses=CONSTANT)}, {"trace": trace(update_norm=0.02, losses=CONSTANT)}),
    ],
    "penalty_too_strong": [
        (
            {
                "trace": trace(losses=CONSTANT, weight_norm=np.linspace(10, 0.1, 20)[:, None] * np.ones(3)),
                "training": TrainingSpec(alpha=10.0),
            },
            {"trace": trace(losses=CONSTANT), "training": TrainingSpec(alpha=10.0)},
        )
    ],
    "dead_units": [
        (
            {"trace": trace(dead=unequal(0.5, 0.0, 0.0), dead_units=[list(range(10)), [], []])},
            {"trace": trace(dead_units=[[], [], [2]])},  # a class that is never predicted is no dead unit
        )
    ],
    "nearly_dead_units": [
        ({"look": look(active=0.002)}, {"look": look(active=0.02)}),
        ({"look": look(active=1e-9)}, {}),
    ],
    "saturation": [
        (
            {"trace": trace(saturated=unequal(0.6, 0.0), losses=SLOW)},
            {"trace": trace(saturated=np.array([0.05, 0.05, 1.0]), losses=SLOW)},  # at the output it is certainty
        )
    ],
    "symmetric_units": [
        ({"network": network(start="constant")}, {"network": network()}),
    ],
    "vanishing_gradients": [
        ({"trace": trace(gradient_norm=unequal(1e-5, 0.5))}, {"trace": trace(gradient_norm=unequal(0.05, 0.5))})
    ],
    "exploding_gradients": [
        (
            {"trace": trace(gradient_norm=np.array([500.0, 1.0, 1.0]))},
            {"trace": trace(gradient_norm=np.array([5.0, 1.0, 1.0]))},
        )
    ],
    "vanishing_activations": [
        ({"trace": trace(std=unequal(0.5, 0.5, 1e-3))}, {"trace": trace(std=unequal(0.5, 1e-4))})
    ],
    "exploding_activations": [
        ({"trace": trace(std=unequal(0.5, 0.5, 99.0))}, {"trace": trace(std=unequal(0.5, 9999.0))})
    ],
    "unscaled_inputs": [
        (
            {"facts": facts(columns=columns(largest=(2000.0, 1.0)))},
            {"facts": facts(columns=columns(largest=(200.0, 1.0)))},
        ),
        (
            {"facts": facts(columns=columns(widest=500.0, narrowest=0.1))},
            {"facts": facts(columns=columns(widest=500.0, narrowest=1.0))},
        ),
        ({"facts": facts(columns=columns(largest=(0.0, 1e-5), widest=1e-5, narrowest=1e-5))}, {}),
    ],
    "unscaled_targets": [
        (
            {"network": network((20, 20, 1), its_loss="squared_error"), "facts": facts(counts=None, mean=500.0)},
            {"network": network((20, 20, 1), its_loss="squared_error"), "facts": facts(counts=None, mean=5.0)},
        ),
        (
            {"network": network((20, 20, 1), its_loss="squared_error"), "facts": facts(counts=None, mean=500.0)},
            {"facts": facts(mean=500.0)},  # of a loss over classes it says nothing
        ),
    ],
    "constant_columns": [({"facts": facts(columns=columns(n_constant=2))}, {})],
    "class_imbalance": [
        (
            {"facts": facts(counts=(500, 490, 10)), "look": look([1, 1, 0.1])},
            {"facts": facts(counts=(500, 490, 10)), "look": look([1, 1, 0.9])},
        ),
        (
            {"facts": facts(counts=(500, 490, 10)), "look": look([1, 1, 0.1])},
            {"facts": facts(counts=(500, 490, 10), weighted=True), "look": look([1, 1, 0.1])},
        ),
        (
            {"facts": facts(counts=(500, 490, 10)), "look": look([1, 1, 0.1])},
            {"facts": facts(counts=(400, 300, 300)), "look": look([1, 1, 0.1])},
        ),
    ],
    "random_labels": [
        (
            {"facts": facts(n_validation=100), "trace": trace(validation=1.2)},
            {"facts": facts(n_validation=100), "trace": trace(validation=0.8)},
        ),
        ({"facts": facts(relation=0.3)}, {"facts": facts(relation=5.0)}),
        ({"facts": facts(relation=0.3)}, {"facts": facts(relation=0.3), "trace": trace(losses=CONSTANT)}),
        ({"look": look(loss=1.2, constant_loss=1.1)}, {"look": look(loss=0.4, constant_loss=1.1)}),
    ],
    "overfitting": [
        (
            {"facts": facts(n_validation=100), "trace": trace(validation=np.linspace(0.3, 0.9, 20))},
            {"facts": facts(n_validation=100), "trace": trace(validation=np.linspace(0.9, 0.3, 20))},
        ),
        ({"look": look(loss=0.9, constant_loss=1.1)}, {"look": look(loss=0.1, constant_loss=1.1)}),
    ],
    "underfitting": [
        (
            {"trace": trace(losses=np.linspace(1.1, 0.95, 20))},
            {"trace": trace(losses=np.linspace(1.1, 0.95, 20)), "stop_reason": "listener"},
        ),
        ({"trace": trace(losses=np.linspace(1.1, 0.95, 20))}, {"trace": trace(losses=np.linspace(1.1, 0.4, 20))}),
    ],
    "nothing_held_out": [
        (
            {"trace": trace(losses=[1.0, 0.01]), "facts": facts(n_rows=100)},
            {"trace": trace(losses=[1.0, 0.01]), "facts": facts(n_rows=100, n_validation=50)},
        ),
        (
            {"trace": trace(losses=[1.0, 0.01]), "facts": facts(n_rows=100)},
            {"trace": trace(losses=[1.0, 0.01]), "facts": facts(n_rows=100_000)},
        ),
    ],
    "no_nonlinearity": [({"network": network(name="identity")}, {"network": network((3,))})],
    "gradient_free_outputs": [
        (
            {
                "network": network((20, 20, 1), its_loss="(sigmoid(p) - y)**2"),
                "facts": facts(counts=None, values=(0.0, 1.0)),
                "trace": trace(mean=np.array([0.5, 0.5, 12.0])),
            },
            {
                "network": network((20, 20, 1), its_loss="(sigmoid(p) - y)**2"),
                "facts": facts(counts=None, values=(0.0, 1.0)),
            },
        ),
        (
            {"facts": facts(counts=None, values=(0.0, 1.0)), "look": look(stuck=0.5)},
            {
                "network": network((20, 20, 1), its_loss="squared_error"),
                "facts": facts(counts=None, values=(0.0, 1.0)),
                "trace": trace(mean=np.array([0.5, 0.5, 12.0])),
            },
        ),
    ],
    "loss_for_numbers": [
        ({"network": network(its_loss="squared_error")}, {"network": network(its_loss="hinge")}),
    ],
    "numbers_of_classes": [
        (
            {"network": network((20, 20, 1), its_loss="squared_error"), "facts": facts(counts=None, values=(0.0, 1.0))},
            {
                "network": network((20, 20, 1), its_loss="squared_error"),
                "facts": facts(counts=None, values=(0.0, 1.0, 2.0)),
            },
        )
    ],
    "bottleneck": [({"network": network((2, 20, 10))}, {"network": network((5, 20, 10))})],
}


def test_gradients_that_are_no_numbers_are_not_called_vanishing():
    with np.errstate(all="ignore"):  # as in `diagnose`
        assert not found("vanishing_gradients", trace=trace(gradient_norm=np.full((20, 3), np.inf)))


def test_every_rule_is_tested():
    assert set(CASES) == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("name", "sick", "healthy"),
    [(name, *pair) for name, pairs in CASES.items() for pair in pairs],
    ids=[f"{name}-{i}" for name, pairs in CASES.items() for i in range(len(pairs))],
)
def test_a_rule_speaks_where_it_must_and_is_silent_where_it_must_be(name, sick, healthy):
    if name == "symmetric_units":
        spec = sick["network"]
        weights = random_weights(spec)
        twins = dataclasses.replace(case()).weights or random_weights(spec)
        twins.coefs[0][:] = twins.coefs[0][:, :1]
        twins.coefs[1][:] = twins.coefs[1][:1]
        sick, healthy = sick | {"weights": twins}, healthy | {"weights": weights}
    if name == "nearly_dead_units" and sick["look"].units[0].active[0] < 1e-6:
        healthy = {"look": look(active=0.0)}  # dead is another finding
    findings = found(name, **sick)
    assert findings
    assert {finding.name for finding in findings} == {name}
    assert all(finding.text and finding.why for finding in findings)
    assert all(finding.severity in ("note", "warning") for finding in findings)
    assert found(name, **healthy) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_silent_about_a_healthy_fit(rule):
    assert list(rule.check(case(weights=random_weights(network()), look=look([0.95, 0.9, 0.97])))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_bears_that_little_is_known(rule):
    """Only a trace of losses, as of "lbfgs", or none at all, after Ctrl-C in the first epoch."""
    from glassnet.engine import Trace

    lbfgs = TrainingSpec(solver="lbfgs")
    bare = dataclasses.replace(case(training=lbfgs, trace=Trace.of_losses([1.0, 0.1], 3)), facts=None)
    assert list(rule.check(bare)) == []
    assert list(rule.check(dataclasses.replace(case(), trace=trace()[:0], facts=None))) == []
    for solver in (lbfgs, TrainingSpec()):
        nothing = case(training=solver, trace=trace()[:0])
        assert list(rule.check(dataclasses.replace(nothing, stop_reason="interrupted"))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_a_rule_says_of_itself_is_complete(rule):
    assert "{" not in rule.condition
    assert set(rule.explains) <= {other.name for other in RULES}
    assert rule.check.__doc__


def test_a_dead_layer_is_told_with_units_epoch_cause_and_remedies():
    share = np.array([0.0, 0.0, 0.4, *[0.5] * 17])[:, None] * np.array([0, 1, 0])
    dead = trace(dead=share, dead_units=[[], list(range(0, 20, 2)), []], update_norm=3.0)
    (finding,) = found("dead_units", trace=dead, training=TrainingSpec(learning_rate_init=0.5))
    assert (finding.layer, finding.units, finding.since) == (2, tuple(range(0, 20, 2)), 3)
    assert finding.text == "10 of 20 relu units are dead (50%): inactive on all 1,000 rows since epoch 3"
    assert finding.cause == "learning rate 0.5: the first updates were 0.3 of the weights (healthy: about 0.001)"
    assert [remedy.text for remedy in finding.remedies] == ["learning_rate_init=0.05", 'activation="leaky_relu"']
    assert finding.remedies[0].change == {"learning_rate_init": 0.05}


def test_a_plateau_is_told_with_its_epochs():
    (finding,) = found("plateau", trace=trace(losses=[*[1.1] * 12, *np.linspace(1.0, 0.1, 8)]))
    assert finding.text == (
        "the loss stood still from epoch 1 to epoch 12, at 100% of that of a constant answer, before it fell on"
    )
    assert (finding.severity, finding.since) == ("warning", 1)
    (shorter,) = found("plateau", trace=trace(losses=[*[1.1] * 12, *np.geomspace(1.0, 0.1, 28)]))
    assert shorter.severity == "note"


def test_a_rate_at_which_a_training_diverged_is_lowered_by_what_its_updates_were():
    def proposed(updates):
        (finding,) = found("diverged", stop_reason="diverged", trace=trace(update_norm=updates))
        return finding.remedies[0].change["learning_rate_init"]

    assert [proposed(updates) for updates in (0.02, 20.0, 1e9)] == [0.0001, 5e-06, 1e-06]


def test_a_few_dead_units_are_a_note():
    (finding,) = found("dead_units", trace=trace(dead=0.05, dead_units=[[3], [], []]))
    assert finding.severity == "note"


def test_copies_are_named_and_units_that_only_look_alike_are_not():
    spec = network()
    weights = random_weights(spec)
    weights.coefs[0][:, 7] = weights.coefs[0][:, 4]  # the same inputs, other outputs: they go different ways
    assert found("symmetric_units", weights=weights) == []
    weights.coefs[1][7] = weights.coefs[1][4]
    (finding,) = found("symmetric_units", weights=weights)
    assert (finding.units, finding.severity, finding.layer) == ((4, 7), "note", 1)


def test_penalty_is_no_part_of_what_is_left():
    spec = network()
    weights = random_weights(spec)
    squares = sum(float((coefs**2).sum()) for coefs in weights.coefs)
    sick = case(weights=weights, training=TrainingSpec(alpha=0.1, batch_size=50), trace=trace(losses=[1.1, 0.5]))
    assert sick.remaining == pytest.approx((0.5 - 0.5 * 0.1 * squares / 50) / 1.1)


def test_a_layer_that_starts_as_zeros_has_no_first_ratio():
    spec = network()
    zero_last = dataclasses.replace(spec.layers[-1], initializer=network(start="zeros").layers[-1].initializer)
    spec = dataclasses.replace(spec, layers=(*spec.layers[:-1], zero_last))
    updates = np.array([0.1, 0.1, 9.0])
    assert case(network=spec, trace=trace(update_norm=updates)).first_ratio == pytest.approx(0.01)
    assert case(trace=trace(update_norm=updates)).first_ratio == pytest.approx(0.9)


def test_the_path_of_the_weights_is_the_sum_of_their_updates():
    assert case().path == pytest.approx(20 * 20 * 0.002)  # 20 epochs of 20 steps
    assert math.isnan(case(training=TrainingSpec(solver="lbfgs")).first_ratio)

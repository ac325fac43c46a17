"""Activations made of straight pieces and their products: no transcendental function."""

from __future__ import annotations

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.entries import NOT_NEGATIVE, NOT_POSITIVE, POSITIVE, Parameter, Remarks
from glassnet.texts import later as _

PIECEWISE: tuple[Activation, ...] = (
    Activation(
        "identity",
        "x",
        synonyms=("linear",),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("keeps the signal as it is; the slope is 1 everywhere"),
            bad=_("layers without a nonlinear activation between them are together one affine map"),
            use=_("output of a regression"),
            source="Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2.2.1",
        ),
    ),
    Activation(
        "step",
        "where(x >= 0, 1, 0)",
        synonyms=("heaviside", "binary_step"),
        kinks=(0.0,),
        right_kinks=(0.0,),
        flat=True,
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("a decision, 0 or 1; what the neurons of McCulloch and Pitts and the perceptron compute"),
            bad=_("the slope is 0 wherever there is one, so gradient descent learns nothing through it"),
            use=_("thresholds that are set by hand or learned by the perceptron's rule; not in training by gradients"),
            source="McCulloch, Pitts 1943, Bulletin of Mathematical Biophysics 5:115-133; "
            "Rosenblatt 1958, Psychological Review 65:386-408",
        ),
    ),
    Activation(
        "relu",
        "where(x > 0, x, 0)",
        synonyms=("rectifier",),
        kinks=(0.0,),
        remarks=Remarks(
            good=_("cheap; slope 1 on the active side, so gradients pass unshrunk; sparse outputs"),
            bad=_("a unit that is inactive on every row gets no gradient: it is dead; never negative"),
            use=_("the first choice for hidden layers"),
            source="Nair, Hinton 2010, ICML; Glorot, Bordes, Bengio 2011, AISTATS, PMLR 15:315-323",
        ),
    ),
    Activation(
        "leaky_relu",
        "where(x > 0, x, slope * x)",
        parameters={"slope": Parameter(0.01)},
        synonyms=("lrelu",),
        kinks=(0.0,),
        remarks=Remarks(
            good=_("as cheap as relu; a slope on the negative side too, so no unit can die"),
            bad=_("one more number to choose; outputs are not sparse"),
            use=_("where relu units die"),
            source="Maas, Hannun, Ng 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models, "
            "ICML workshop",
        ),
    ),
    Activation(
        "prelu",
        "where(x > 0, x, slope * x)",
        parameters={"slope": Parameter(0.25, learnable=True, learned=True)},
        synonyms=("parametric_relu",),
        kinks=(0.0,),
        remarks=Remarks(
            good=_("each unit learns its own slope on the negative side, so no slope has to be tuned"),
            bad=_("one more parameter a unit; with few rows it can fit noise"),
            use=_("where leaky_relu helps, and there are rows enough to learn its slope"),
            source="He, Zhang, Ren, Sun 2015, ICCV, arXiv:1502.01852",
        ),
    ),
    Activation(
        "relu6",
        "where(x > 0, where(x < 6, x, 6), 0)",
        synonyms=("relu_6",),
        kinks=(0.0, 6.0),
        right_kinks=(6.0,),
        remarks=Remarks(
            good=_("relu with a ceiling: outputs stay within [0, 6], small enough for arithmetic with few bits"),
            bad=_("no gradient above 6 either, so units can die on both sides"),
            use=_("networks that will run in low precision"),
            source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
        ),
    ),
    Activation(
        "squared_relu",
        "where(x > 0, x**2, 0)",
        synonyms=("relu2", "relu_squared"),
        kinks=(0.0,),
        remarks=Remarks(
            good=_("relu without its kink: the slope 2 x grows from 0; sparse outputs"),
            bad=_("grows with the square, so large inputs explode; units can die as with relu"),
            use=_("the feedforward layers of transformers, with normalized inputs"),
            source="So, Mańke, Liu, Dai, Shazeer, Le 2021, NeurIPS, arXiv:2109.08668",
        ),
    ),
    Activation(
        "thresholded_relu",
        "where(x > threshold, x, 0)",
        parameters={"threshold": Parameter(1.0)},
        synonyms=("thresholdedrelu",),
        kinks=("threshold",),
        remarks=Remarks(
            good=_("linear above its threshold without the offset that a negative bias brings; very sparse outputs"),
            bad=_("jumps at the threshold; no gradient below it"),
            use=_("autoencoders without biases; sparse codes"),
            source="Konda, Memisevic, Krueger 2015, ICLR, arXiv:1402.3337",
        ),
    ),
    Activation(
        "hard_tanh",
        "where(x > low, where(x < high, x, high), low)",
        parameters={"low": Parameter(-1.0, rule=NOT_POSITIVE), "high": Parameter(1.0, rule=NOT_NEGATIVE)},
        synonyms=("hardtanh",),
        kinks=("low", "high"),
        right_kinks=("high",),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("tanh for the price of two comparisons; exactly linear between its bounds"),
            bad=_("no gradient beyond the bounds: a unit that is there on every row cannot learn"),
            use=_("recurrent networks and networks in low precision; outputs that must stay within bounds"),
            source="Collobert 2004, Large Scale Machine Learning, PhD thesis, Université de Paris VI",
        ),
    ),
    Activation(
        "hard_sigmoid",
        "where(slope * x + offset > 0, where(slope * x + offset < 1, slope * x + offset, 1), 0)",
        parameters={"slope": Parameter(1 / 6, rule=POSITIVE, exact="1/6"), "offset": Parameter(0.5)},
        synonyms=("hardsigmoid",),
        kinks=("-offset / slope", "(1 - offset) / slope"),
        right_kinks=("(1 - offset) / slope",),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("sigmoid without an exp; reaches 0 and 1 exactly, from |x| = 3 on"),
            bad=_("no gradient where it is 0 or 1; the slope in between is at most 1/6, less than sigmoid's 0.25"),
            use=_("gates of networks in low precision; with slope=0.2 it is ONNX's"),
            source="Courbariaux, Bengio, David 2015, NeurIPS, arXiv:1511.00363; "
            "Howard et al. 2019, ICCV, arXiv:1905.02244 (with 1/6)",
        ),
    ),
    Activation(
        "hard_swish",
        "where(x > -3, where(x < 3, x * (x + 3) / 6, x), 0)",
        synonyms=("hardswish", "hard_silu"),
        kinks=(-3.0, 3.0),
        right_kinks=(3.0,),
        remarks=Remarks(
            good=_("silu without an exp: within 0.15 of it everywhere"),
            bad=_("no gradient below -3, so units can die; not monotonic: lowest at -1.5"),
            use=_("networks that must be cheap to run, in low precision too"),
            source="Howard et al. 2019, ICCV, arXiv:1905.02244",
        ),
    ),
    Activation(
        "softsign",
        "x / (1 + abs(x))",
        synonyms=("soft_sign",),
        kinks=(0.0,),
        initializer="glorot_uniform",
        remarks=Remarks(
            good=_("odd and bounded as tanh, without an exp; the slope falls slowly, as 1/x²"),
            bad=_("reaches its bounds slowly, 0.9 only at x = 9; the slope at most 1 and below 0.05 from |x| = 3.5 on"),
            use=_("in place of tanh where units saturate"),
            source="Elliott 1993, University of Maryland, ISR TR 93-8; Glorot, Bengio 2010, AISTATS, PMLR 9:249-256",
        ),
    ),
)

"""Gradients by recording: a small reverse-mode tape over NumPy.

    x = Tensor([1.0, 2.0], requires_grad=True)
    gn.activations.silu(x).sum().backward()         functions of the catalog work on tensors
    x.grad

    grad(f)(x), value_and_grad(f)(x)                gradients of functions
    grad(outputs, inputs)                           of results
    jacobian(f, x), hessian(f, x)

It is for seeing how gradients come about, for losses of one's own, and as a witness of the engine's gradients, which
are derived by hand. `tape.py` says what is recorded, `sweep.py` how it is walked back.
"""

from glassnet.autograd.arithmetic import matmul as matmul
from glassnet.autograd.differentiating import grad as grad
from glassnet.autograd.differentiating import hessian as hessian
from glassnet.autograd.differentiating import jacobian as jacobian
from glassnet.autograd.differentiating import value_and_grad as value_and_grad
from glassnet.autograd.elementwise import absolute as absolute
from glassnet.autograd.elementwise import atan as atan
from glassnet.autograd.elementwise import clip as clip
from glassnet.autograd.elementwise import cos as cos
from glassnet.autograd.elementwise import cosh as cosh
from glassnet.autograd.elementwise import erf as erf
from glassnet.autograd.elementwise import exp as exp
from glassnet.autograd.elementwise import expm1 as expm1
from glassnet.autograd.elementwise import log as log
from glassnet.autograd.elementwise import log1p as log1p
from glassnet.autograd.elementwise import maximum as maximum
from glassnet.autograd.elementwise import minimum as minimum
from glassnet.autograd.elementwise import sin as sin
from glassnet.autograd.elementwise import sinh as sinh
from glassnet.autograd.elementwise import sqrt as sqrt
from glassnet.autograd.graph import Graph as Graph
from glassnet.autograd.graph import GraphNode as GraphNode
from glassnet.autograd.graph import graph as graph
from glassnet.autograd.shaping import broadcast_to as broadcast_to
from glassnet.autograd.shaping import concatenate as concatenate
from glassnet.autograd.shaping import stack as stack
from glassnet.autograd.shaping import where as where
from glassnet.autograd.tape import enable_grad as enable_grad
from glassnet.autograd.tape import no_grad as no_grad
from glassnet.autograd.tape import tensor_of as tensor_of
from glassnet.autograd.tensor import Tensor as Tensor

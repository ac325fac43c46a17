"""The engine room: (specs, data) in, a fit out. The only room, beside the catalog, that enters the compiled core."""

from glassnet._engine import Snapshot as Snapshot
from glassnet._engine import StopFlag as StopFlag
from glassnet.engine.data import ChosenRows as ChosenRows
from glassnet.engine.data import CodedRows as CodedRows
from glassnet.engine.data import TrainingData as TrainingData
from glassnet.engine.data import without_codes as without_codes
from glassnet.engine.many import Job as Job
from glassnet.engine.many import train_many as train_many
from glassnet.engine.prediction import BOTH_SIDES as BOTH_SIDES
from glassnet.engine.prediction import OUTPUTS as OUTPUTS
from glassnet.engine.prediction import SCORES as SCORES
from glassnet.engine.prediction import Predictor as Predictor
from glassnet.engine.prediction import loss_and_gradient as loss_and_gradient
from glassnet.engine.prediction import predict_outputs as predict_outputs
from glassnet.engine.prediction import predict_scores as predict_scores
from glassnet.engine.trace import Epoch as Epoch
from glassnet.engine.trace import Fit as Fit
from glassnet.engine.trace import State as State
from glassnet.engine.trace import Trace as Trace
from glassnet.engine.training import train as train
from glassnet.engine.weights import AnyWeights as AnyWeights
from glassnet.engine.weights import Weights as Weights
from glassnet.engine.weights import initial_learned as initial_learned
from glassnet.engine.weights import initial_weights as initial_weights
from glassnet.threads import usable_threads as usable_threads

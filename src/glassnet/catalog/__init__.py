"""What a network can be made of: activations, losses, initializers, optimizers and schedules, each declared once.

`activations.py` and its siblings hold the declarations, `entries.py` says what an entry is, `configure.py` finds one.
"""

from glassnet.catalog.activation_entry import Activation as Activation
from glassnet.catalog.activations import ACTIVATIONS as ACTIVATIONS
from glassnet.catalog.configure import activation as activation
from glassnet.catalog.configure import initializer as initializer
from glassnet.catalog.configure import loss as loss
from glassnet.catalog.configure import optimizer as optimizer
from glassnet.catalog.configure import schedule as schedule
from glassnet.catalog.entries import Entry as Entry
from glassnet.catalog.entries import Parameter as Parameter
from glassnet.catalog.entries import Remarks as Remarks
from glassnet.catalog.formula_activation import FormulaActivation as FormulaActivation
from glassnet.catalog.formula_activation import is_formula as is_formula
from glassnet.catalog.formula_loss import FormulaLoss as FormulaLoss
from glassnet.catalog.information import cross_entropy as cross_entropy
from glassnet.catalog.information import entropy as entropy
from glassnet.catalog.information import kl_divergence as kl_divergence
from glassnet.catalog.initializers import INITIALIZERS as INITIALIZERS
from glassnet.catalog.initializers import Initializer as Initializer
from glassnet.catalog.lookup import Catalog as Catalog
from glassnet.catalog.loss_entry import Loss as Loss
from glassnet.catalog.losses import LOSSES as LOSSES
from glassnet.catalog.optimizers import OPTIMIZERS as OPTIMIZERS
from glassnet.catalog.optimizers import Optimizer as Optimizer
from glassnet.catalog.schedules import SCHEDULES as SCHEDULES
from glassnet.catalog.schedules import Schedule as Schedule
from glassnet.catalog.softmax import hardmax as hardmax
from glassnet.catalog.softmax import log_softmax as log_softmax
from glassnet.catalog.softmax import softmax as softmax
from glassnet.catalog.targets import one_hot as one_hot

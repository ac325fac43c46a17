"""Every exception of glassnet, and every text that one can carry.

A message says what must hold, what was received and how to mend it, and names the row and the column where there is
one. Callers pass facts; the words stand here, in English, translated through `glassnet.texts`. Only the short phrase
`must_be` of `ParameterError.value` is written where the rule is known, and it is translated as well.

    GlassnetError
    ├── ParameterError (ValueError)   an argument is wrong
    │   └── FormulaError              ... as a formula: its text, or the function that it describes
    ├── PictureError (ValueError)     there is no picture of what was asked for
    ├── ReportError (ValueError)      a report is not written
    ├── SetupError (ValueError)       a set-up of the playground is wrong; it names the place
    ├── DataError (ValueError)        the data are wrong
    │   ├── ShapeError                ... in their shape
    │   └── TableError                ... as a table: a column that is not there
    │       └── TableFileError        ... as a file of a table
    ├── ComparisonError (ValueError)  a file holds another comparison than the one that is to go on
    ├── ModelFileError (ValueError)   a file holds no model that can be loaded
    ├── AutogradError (RuntimeError)  a gradient on a tape cannot be computed
    └── Diverged (ValueError)         training met NaN or infinity
    UserWarning
    ├── DivergedWarning               the same, where the best weights so far are kept
    └── ScalingWarning                the inputs have very different scales
"""

from glassnet.errors.autograd import AutogradError as AutogradError
from glassnet.errors.base import GlassnetError as GlassnetError
from glassnet.errors.base import shown as shown
from glassnet.errors.comparisons import ComparisonError as ComparisonError
from glassnet.errors.data import DataError as DataError
from glassnet.errors.data import ShapeError as ShapeError
from glassnet.errors.formulas import FormulaError as FormulaError
from glassnet.errors.model_files import ModelFileError as ModelFileError
from glassnet.errors.parameters import ParameterError as ParameterError
from glassnet.errors.pictures import PictureError as PictureError
from glassnet.errors.reports import ReportError as ReportError
from glassnet.errors.setups import SetupError as SetupError
from glassnet.errors.table_files import TableFileError as TableFileError
from glassnet.errors.tables import TableError as TableError
from glassnet.errors.targets import TargetError as TargetError
from glassnet.errors.training import Diverged as Diverged
from glassnet.errors.training import DivergedWarning as DivergedWarning
from glassnet.errors.training import ScalingWarning as ScalingWarning

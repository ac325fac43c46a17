"""What the playground learns from: made sets, handwritten digits, drawn points, and tables.

`SETS` is what there is, by name; each family has its file. All random numbers come from NumPy's RandomState, whose
streams never change, so a link that somebody shares shows the same points everywhere.
"""

from glassnet.playground.data.sets import SETS as SETS
from glassnet.playground.data.sets import DataSet as DataSet

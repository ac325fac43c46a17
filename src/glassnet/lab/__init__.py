"""The lab: what is said about networks, put to the test.

import glassnet as gn

gn.lab.list()                           all experiments, each with its claim
result = gn.lab.run("dead-relu")        numbers over several seeds, a verdict by a rule that was written before
print(result); result.plot()

experiment.py     what an experiment is, and how one is registered
experiments/      a file for each, or for a family
bench.py          what it works with: seeds, data, many trainings at once; networks.py, rows.py
running.py        `run`; result.py is what comes out
drawing.py        how figures look
page.py           all results as a page, a JSON file and figures
"""

from glassnet.lab.experiment import Experiment as Experiment
from glassnet.lab.experiment import Measured as Measured
from glassnet.lab.experiment import experiments as list  # noqa: A004 (gn.lab.list reads as what it does)
from glassnet.lab.result import Result as Result
from glassnet.lab.running import Results as Results
from glassnet.lab.running import find as find
from glassnet.lab.running import run as run

__all__ = ["Experiment", "Measured", "Result", "Results", "find", "list", "run"]

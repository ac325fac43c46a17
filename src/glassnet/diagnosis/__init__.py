"""What a fit tells about itself: findings with numbers.

    inside.py       from the engine's trace: dead units, saturation, gradients across layers
    accuracy.py     from predictions: an accuracy with its interval, the classes most confused
    evaluation.py   from predictions: the usual metrics, beside those of the naive answer
    statistics.py   from scores of repeated trainings: intervals, paired tests, corrections for many of them

Pure functions; nothing is trained, drawn or printed here.
"""

from glassnet.diagnosis.accuracy import Accuracy as Accuracy
from glassnet.diagnosis.accuracy import Confusion as Confusion
from glassnet.diagnosis.accuracy import confusion_matrix as confusion_matrix
from glassnet.diagnosis.accuracy import most_confused as most_confused
from glassnet.diagnosis.accuracy import wilson_interval as wilson_interval
from glassnet.diagnosis.evaluation import Evaluation as Evaluation
from glassnet.diagnosis.evaluation import evaluate_classes as evaluate_classes
from glassnet.diagnosis.evaluation import evaluate_numbers as evaluate_numbers
from glassnet.diagnosis.inside import Finding as Finding
from glassnet.diagnosis.inside import look_inside as look_inside
from glassnet.diagnosis.statistics import Interval as Interval
from glassnet.diagnosis.statistics import PairedTest as PairedTest
from glassnet.diagnosis.statistics import corrected_t_test as corrected_t_test
from glassnet.diagnosis.statistics import holm as holm
from glassnet.diagnosis.statistics import mean_interval as mean_interval

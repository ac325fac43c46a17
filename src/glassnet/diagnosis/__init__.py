"""What a fit tells about itself: findings with numbers.

    diagnosing.py   from a fit to its diagnosis: all rules asked, causes first
        rules/      what is looked for, a topic a file
        case.py     all that is known of a fit
        facts.py    a summary of the data, kept with the model
        look.py     a forward pass: each unit's share of rows where it is active, saturated
        passing.py  what a layer makes of its weighted sums, learned parameters included
        finding.py, findings.py   what comes out
    live.py         what is said while a network still trains
    inside.py       a line about the last epoch: dead units, saturation, gradients across layers
    accuracy.py     from predictions: an accuracy with its interval, the classes most confused
    evaluation.py   from predictions: the usual metrics, beside those of the naive answer
    ranking.py      from scores of several learners on the same splits: the best, and what can't be told apart from it
    resampling.py   how far they could be off by the choice of rows
    calibration.py  whether probabilities mean what they say
    importance.py   which columns a model relies on
    statistics.py   from scores of repeated trainings: intervals, paired tests, corrections for many of them

Pure functions; nothing is trained, drawn or printed here.
"""

from glassnet.diagnosis.accuracy import Accuracy as Accuracy
from glassnet.diagnosis.accuracy import Confusion as Confusion
from glassnet.diagnosis.accuracy import confusion_matrix as confusion_matrix
from glassnet.diagnosis.accuracy import most_confused as most_confused
from glassnet.diagnosis.accuracy import wilson_interval as wilson_interval
from glassnet.diagnosis.calibration import Bin as Bin
from glassnet.diagnosis.calibration import Reliability as Reliability
from glassnet.diagnosis.calibration import reliability as reliability
from glassnet.diagnosis.diagnosing import diagnose as diagnose
from glassnet.diagnosis.evaluation import Evaluation as Evaluation
from glassnet.diagnosis.evaluation import evaluate_classes as evaluate_classes
from glassnet.diagnosis.evaluation import evaluate_numbers as evaluate_numbers
from glassnet.diagnosis.facts import Column as Column
from glassnet.diagnosis.facts import ColumnFacts as ColumnFacts
from glassnet.diagnosis.facts import DataFacts as DataFacts
from glassnet.diagnosis.facts import TargetFacts as TargetFacts
from glassnet.diagnosis.facts import column_scales as column_scales
from glassnet.diagnosis.facts import facts_of as facts_of
from glassnet.diagnosis.finding import Finding as Finding
from glassnet.diagnosis.finding import Remedy as Remedy
from glassnet.diagnosis.finding import Severity as Severity
from glassnet.diagnosis.findings import Diagnosis as Diagnosis
from glassnet.diagnosis.importance import Importance as Importance
from glassnet.diagnosis.importance import permutation_importance as permutation_importance
from glassnet.diagnosis.inside import look_inside as look_inside
from glassnet.diagnosis.live import Alarm as Alarm
from glassnet.diagnosis.look import Look as Look
from glassnet.diagnosis.look import Units as Units
from glassnet.diagnosis.look import look_at as look_at
from glassnet.diagnosis.look import rows_to_look_at as rows_to_look_at
from glassnet.diagnosis.look import units_of as units_of
from glassnet.diagnosis.passing import learned_by_layer as learned_by_layer
from glassnet.diagnosis.passing import outputs_of as outputs_of
from glassnet.diagnosis.passing import slopes_of as slopes_of
from glassnet.diagnosis.ranking import Ranking as Ranking
from glassnet.diagnosis.ranking import rank as rank
from glassnet.diagnosis.resampling import bootstrap_intervals as bootstrap_intervals
from glassnet.diagnosis.statistics import Band as Band
from glassnet.diagnosis.statistics import Interval as Interval
from glassnet.diagnosis.statistics import PairedTest as PairedTest
from glassnet.diagnosis.statistics import corrected_p_values as corrected_p_values
from glassnet.diagnosis.statistics import corrected_t_test as corrected_t_test
from glassnet.diagnosis.statistics import holm as holm
from glassnet.diagnosis.statistics import mean_band as mean_band
from glassnet.diagnosis.statistics import mean_interval as mean_interval

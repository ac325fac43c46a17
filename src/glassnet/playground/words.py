"""The words of the page: every English text of its JavaScript, marked for translation.

A module of the page writes `t("Play")`; the text stands here too, in the tuple of that module's folder, so that it is
found by whoever translates. tests/playground/test_words.py compares both sides.
"""

from __future__ import annotations

from glassnet.texts import _, later, speaking

BAR: tuple[str, ...] = (later("Connecting …"),)
CONTROLS: tuple[str, ...] = ()
PICTURE: tuple[str, ...] = (
    later("Network"),
    later("What it answers"),
    later("Loss over epochs"),
    later("Inside the layers"),
    later("this run"),
    later("beside"),
    later("seed {seed}"),
    later("epoch {epoch}"),
    later("test loss {loss}"),
    later("test score {score}"),
    later("output"),
    later("layer {layer}"),
    later("raw scores"),
    later("activations"),
    later("gradient"),
    later("update / weight"),
    later("take the last hidden layer away"),
    later("add a hidden layer"),
    later("hidden layers"),
    later("{shown} of {units} inputs"),
    later("1 input"),
    later("{units} inputs"),
    later("1 output"),
    later("{units} outputs"),
    later("units in layer {layer}"),
    later("one unit less in layer {layer}"),
    later("one unit more in layer {layer}"),
    later("activation of layer {layer}: {name}; choose another"),
    later("units of the network; arrow keys move among them"),
    later("output {unit}, {activation}, the probability of {name}"),
    later("output {unit}, {activation}, the predicted number"),
    later("layer {layer}, unit {unit}, {activation}, active on {share} of the rows"),
    later("layer {layer}, unit {unit}, {activation}"),
    later("dead: inactive on every row, so it gets no gradient"),
    later("saturated: its output hardly moves on any row"),
    later("save the picture “{title}” as {format}"),
    later("histogram of the activations of {layer}"),
    later("gradient of {layer} over the epochs, now {value}"),
    later("updates of {layer} as a share of its weights over the epochs, now {value}"),
    later("raw scores of the output"),
    later("{count} of {units} units dead ({share})"),
    later("{count} of {units} units saturated ({share})"),
    later("no unit dead or saturated"),
    later("a click goes to that epoch"),
    later("Loss over {epochs} epochs: now {loss} on the training rows, {test} on the test rows"),
    later("scale of the losses"),
    later("linear"),
    later("log"),
    later("what is drawn over the epochs"),
    later("loss"),
    later("score"),
    later("test score"),
    later("training"),
    later("test"),
    later("epoch"),
    later(
        "The network as a graph: {inputs} inputs, hidden layers of {hidden} units, {outputs} outputs; {dead} dead units"
    ),
    later("all pixels"),
    later("layer {layer}, unit {unit}"),
    later("training rows"),
    later("test rows"),
    later("wrong"),
    later("off by more than a tenth of the range"),
    later("The plane of the data. Arrow keys move a mark; Enter explains the place."),
    later("Decision regions over {across} and {up} at epoch {epoch}; {score} of the test rows are right"),
    later("Predicted numbers over {across} and {up} at epoch {epoch}; test loss {loss}"),
    later("training row {row}: {target}"),
    later("test row {row}: {target}"),
    later("Test images. Arrow keys move among them; Enter explains one."),
    later("{wrong} of these {count} test images are taken for another digit; they stand first"),
)
EXPLAIN: tuple[str, ...] = (
    later("A point"),
    later("Backward: the graph of the loss"),
    later(
        "Click a point in the picture: its way through the network is shown in numbers, and how the gradient comes "
        "back. Click a unit: it is put in words."
    ),
    later("Close the explanation"),
    later("Follow a training point"),
    later("Forward, layer by layer"),
    later("Look inside"),
    later("Next row"),
    later("Previous row"),
    later("Show"),
    later("Test row {n}"),
    later("The point ({place})"),
    later("The same as a table"),
    later("Training row {n}"),
    later("above a line: its value, forward"),
    later("as its nearest training point has"),
    later("below: the derivative of L by it, backward"),
    later("bias"),
    later("class {name}"),
    later("computed as"),
    later("fit to width"),
    later("gradient"),
    later("gradient {numbers}"),
    later("graph of the loss; it can be scrolled"),
    later("inactive"),
    later("inputs"),
    later("its slope is 0 here: no gradient passes"),
    later("its slope is nearly 0 here: hardly any gradient passes"),
    later("larger"),
    later("layer {layer} · {activation}"),
    later("loss ({name})"),
    later("node"),
    later("of the new run"),
    later("output · {activation}"),
    later("prediction"),
    later("saturated"),
    later("slope at z"),
    later("smaller"),
    later("sum z"),
    later("suppose another target"),
    later("target"),
    later("the graph of the loss: {n} steps, from the inputs at the left to the loss at the right"),
    later("the largest of {sums}"),
    later("unit {unit}"),
    later("value"),
    later("value {numbers}"),
    later("what is selected"),
    later("z is the weighted sum of a unit, a what its activation makes of it. Open a unit to see what is added up."),
    later("zoom"),
    later("{n} others"),
    later("{shape} numbers"),
    later("{title}: prediction {prediction}, target {target}, loss {loss}"),
    later("… and {n} more"),
    later("∂L/∂a"),
    later("∂L/∂p"),
    later("∂L/∂z"),
)
FINDINGS: tuple[str, ...] = (
    later("1 more finding follows from it"),
    later("Findings"),
    later("In the new run"),
    later("In this run"),
    later("Keep the new one"),
    later("Keep the old one"),
    later("Nothing stands out."),
    later("So far both are equally good."),
    later("So far the new one is better."),
    later("So far the old one is better."),
    later("The new run has only begun."),
    later("Try it beside"),
    later("Try it beside: {change}"),
    later("Two runs beside each other"),
    later("What goes wrong in training is told here, and what to do."),
    later("diverged"),
    later("epoch"),
    later("follows from"),
    later("likely cause"),
    later("loss"),
    later("new run"),
    later("note"),
    later("test R²"),
    later("test accuracy"),
    later("test loss"),
    later("this run"),
    later("try"),
    later("warning"),
    later("why it matters"),
    later("{n} more findings follow from it"),
)
LESSONS: tuple[str, ...] = (
    later("Step {n} of {all}"),
    later("End the lesson"),
    later("What to look for"),
    later("(seen)"),
    later("(not yet)"),
    later("Back"),
    later("Set up again"),
    later("Do it for me"),
    later("Next step"),
    later("Finish"),
    later("Put to the test with many seeds:"),
    later("Next lesson: {title}"),
    later("All lessons"),
    later("The claim, and where it is from"),
    later("Seen: {text}"),
    later("Lessons"),
    later("Claims of the textbooks, to be seen, broken and mended here."),
    later("(finished)"),
    later("Claims that cannot be seen here"),
)

FOLDERS = (BAR, CONTROLS, PICTURE, EXPLAIN, FINDINGS, LESSONS)


def words(language: str) -> dict[str, str]:
    """Translate every text of the page.

    Parameters
    ----------
    language : str
        One of `glassnet.texts.languages()`.

    Returns
    -------
    dict of str to str
        By the English text.
    """
    with speaking(language):
        return {text: _(text) for of_folder in FOLDERS for text in of_folder}

"""How a fitted estimator shows its network: a table as text and as HTML."""

from __future__ import annotations

import html

from rich.cells import cell_len

from glassnet.network import LayerSpec, NetworkSpec
from glassnet.texts import _

SKLEARN_NAMES = {"sigmoid": "logistic"}
ALIGN_RIGHT = (False, True, True, False, False, False, True)


def sklearn_name(activation: str) -> str:
    """The name that scikit-learn reports for an activation."""
    return SKLEARN_NAMES.get(activation, activation)


def table(network: NetworkSpec) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header, and a row for each embedding (its categories are the inputs) and each layer."""
    header = (_("layer"), _("inputs"), _("units"), _("activation"), _("initializer"), _("dropout"), _("parameters"))
    rows: list[tuple[str, ...]] = [
        (
            _("embedding {number}").format(number=i + 1),
            f"{embedding.categories:,}",
            f"{embedding.dimension:,}",
            "",
            embedding.initializer.name,
            "",
            f"{embedding.categories * embedding.dimension:,}",
        )
        for i, embedding in enumerate(network.embeddings)
    ]
    last = len(network.layers) - 1
    for i, ((inputs, _columns), layer) in enumerate(zip(network.shapes, network.layers, strict=True)):
        rows.append(
            (
                _("output") if i == last else _("hidden {number}").format(number=i + 1),
                f"{inputs:,}",
                f"{layer.units:,}",
                _with_parameters(layer),
                layer.initializer.name,
                f"{layer.dropout:g}" if layer.dropout else "",
                f"{layer.count_parameters(inputs):,}",
            )
        )
    return header, rows


def headline(network: NetworkSpec) -> str:
    """Inputs, outputs, loss and size in one line."""
    text = _("{inputs:,} inputs, {outputs:,} outputs, loss {loss}; {parameters:,} parameters in {dtype}, {size}")
    size = network.n_parameters * (4 if network.dtype == "float32" else 8)
    return text.format(
        inputs=network.n_inputs + len(network.embeddings),
        outputs=network.n_outputs,
        loss=network.loss.name,
        parameters=network.n_parameters,
        dtype=network.dtype,
        size=f"{size / 1024:,.1f} KiB",
    )


def summary(name: str, network: NetworkSpec) -> str:
    """Headline and table in fixed width."""
    header, rows = table(network)
    keep = [i for i in range(len(header)) if any(row[i] for row in rows)]
    widths = [max(cell_len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = [f"{name}: {headline(network)}"]
    for row in (header, *rows):
        cells = [_padded(row[i], widths[i], right=ALIGN_RIGHT[i]) for i in keep]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def with_layers(diagram: str, network: NetworkSpec | None) -> str:
    """Put the table of layers under scikit-learn's diagram, once there is a network."""
    if network is None:
        return diagram
    header, rows = table(network)
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'{diagram}<table class="glassnet-layers"><caption>{html.escape(headline(network))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _padded(text: str, width: int, *, right: bool) -> str:
    """Fill up to a width in cells of the terminal: a Chinese character takes two."""
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def _with_parameters(layer: LayerSpec) -> str:
    activation = layer.activation
    values = ", ".join(
        _("{name} learned").format(name=name) if name in activation.learned else f"{name}={value:g}"
        for name, value in activation.parameters
    )
    return f"{activation.name}({values})" if values else activation.name

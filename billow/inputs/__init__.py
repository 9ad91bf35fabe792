"""What finance typed into the sheets, as values, and what in it does not fit together.

``read_inputs`` reads them from wherever sheets are: a file, an open Excel, or a browser. Nothing here knows
which, and nothing more than Python and python-stdnum is needed.
"""

from billow.inputs.values import INPUTS, Inputs, Tables, inputs_of, read_inputs

__all__ = ["INPUTS", "Inputs", "Tables", "inputs_of", "read_inputs"]

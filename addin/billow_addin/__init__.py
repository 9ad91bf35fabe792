"""What a click in Excel does: the command of the button, run on the active workbook.

The VBA of the add-in calls ``run`` with the id of the button. xlwings is asked for only then, so that the
rest can be imported, and tested, where there is no Excel.
"""

from billow_addin.desktop import click


def run(command_id: str) -> None:
    """Run the command of a button on the workbook from which it was clicked."""
    from billow_addin.excel import Excel  # noqa: PLC0415 - needs xlwings, which needs Excel to be of use

    click(Excel.calling(), command_id)

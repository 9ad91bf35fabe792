"""The ribbon as Office reads it, from the list of commands: one tab, and a group of buttons per kind of work.

>>> 'label="Generate invoices"' in ribbon()
True
"""

from lxml import etree

from billow.commands.command_list import GROUPS, Command, buttons

CALLBACK = "BillowRibbon.OnAction"  # with its module: add-ins may have callbacks of one name
_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"


def ribbon() -> str:
    """Return the part ``customUI14.xml``; a group without a button is not shown."""
    root = etree.XML(f'<customUI xmlns="{_NAMESPACE}"/>')
    tabs = _under(_under(root, "ribbon"), "tabs")
    tab = _under(tabs, "tab", id="billow_tab", label="Billow", insertAfterMso="TabData")
    for title in GROUPS:
        if shown := buttons(title):
            group = _under(tab, "group", id=f"group_{title.lower().replace(' ', '_')}", label=title)
            for command in shown:
                _button(group, command)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text.decode()


def _button(group: etree._Element, command: Command) -> None:
    if command.button:
        _under(
            group,
            "button",
            id=command.id,
            label=command.button.label,
            size="large",
            imageMso=command.button.image,
            screentip=command.button.label,
            supertip=command.help,
            onAction=CALLBACK,
        )


def _under(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)

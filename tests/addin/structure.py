"""What a VBA project and its add-in must be, after MS-OVBA and MS-CFB, read by other code than wrote it."""

import io
import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZipFile

import olefile

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls its parser by names that are going out of use
    from oletools.olevba import decompress_stream

NOT_COMPILED = bytes.fromhex("cc61ffff000100")  # MS-OVBA 2.3.4.1
_VERSION, _COUNT, _NAME, _STREAM, _OFFSET, _END = 0x09, 0x0F, 0x19, 0x1A, 0x31, 0x10
_KINDS = {0x21: "Module", 0x22: "Class"}
LONGEST_NAME, LONGEST_LINE = 31, 1023


@dataclass
class Module:
    """A module as the stream *dir* declares it, and its text."""

    name: str
    stream: str = ""
    offset: int = -1
    kind: str = ""
    text: str = ""


def read(data: bytes) -> tuple[list[Module], list[str]]:
    """Return the modules of ``vbaProject.bin`` and every finding about it."""
    file = olefile.OleFileIO(io.BytesIO(data))
    findings = [f"file: {issue}" for issue in file.parsing_issues]
    if file.openstream("VBA/_VBA_PROJECT").read() != NOT_COMPILED:
        findings.append("_VBA_PROJECT holds compiled code")
    findings += [f"{'/'.join(path)} is a cache" for path in file.listdir() if path[-1].startswith("__SRP_")]
    modules, count = _declared(_unpacked(file.openstream("VBA/dir").read()))
    if count != len(modules):
        findings.append(f"{count} modules are counted, {len(modules)} are declared")
    for module in modules:
        packed = file.openstream(f"VBA/{module.stream}").read()[module.offset :]
        module.text = _unpacked(packed).decode("cp1252")
    project = file.openstream("PROJECT").read().decode("cp1252")
    names = file.openstream("PROJECTwm").read()
    for module in modules:
        findings += [f"{module.name}: {text}" for text in _wrong(module, project, names)]
    return modules, findings


def _unpacked(data: bytes) -> bytes:
    return bytes(decompress_stream(bytearray(data)))


def _declared(records: bytes) -> tuple[list[Module], int]:
    """Return the modules of the stream *dir*, and how many it says there are."""
    modules: list[Module] = []
    at = count = 0
    while at + 6 <= len(records):
        kind, size = struct.unpack_from("<HI", records, at)
        size = 6 if kind == _VERSION else size  # its size field says 4, and two more bytes follow
        value, at = records[at + 6 : at + 6 + size], at + 6 + size
        if kind == _END:
            break
        if kind == _COUNT:
            count = int.from_bytes(value, "little")
        elif kind == _NAME:
            modules.append(Module(value.decode("cp1252")))
        elif kind == _STREAM:
            modules[-1].stream = value.decode("cp1252")
        elif kind == _OFFSET:
            modules[-1].offset = int.from_bytes(value, "little")
        elif kind in _KINDS:
            modules[-1].kind = _KINDS[kind]
    return modules, count


def _wrong(module: Module, project: str, names: bytes) -> Iterator[str]:
    lines = re.findall(r"^(Module|Class|Document)=([^/\r\n]+)", project, re.MULTILINE)
    kinds = {name: kind for kind, name in lines}
    if len(module.name) > LONGEST_NAME:
        yield "the name is too long"
    if module.offset != 0:
        yield "compiled code comes before the text"
    if f'Attribute VB_Name = "{module.name}"' not in module.text:
        yield "the text has another name"
    if re.search(r"(?<!\r)\n|\r(?!\n)", module.text):
        yield "a line ends otherwise than lines of VBA end"
    if max(map(len, module.text.split("\r\n"))) > LONGEST_LINE:
        yield "a line is too long"
    if module.name not in kinds or (kinds.get(module.name) == "Module") != (module.kind == "Module"):
        yield f"PROJECT lists it as {kinds.get(module.name)}"
    if module.name.encode("cp1252") + b"\0" + module.name.encode("utf-16le") + b"\0\0" not in names:
        yield "PROJECTwm does not list it"


def findings_of(add_in: bytes) -> list[str]:
    """Return what is wrong with an add-in: package, ribbon and VBA."""
    with ZipFile(io.BytesIO(add_in)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    modules, findings = read(parts["xl/vbaProject.bin"])
    kinds, relations = parts["[Content_Types].xml"], parts["_rels/.rels"]
    findings += [
        f"content type {kind.decode()} is missing"
        for kind in (b"vnd.ms-excel.addin.macroEnabled.main+xml", b"vnd.ms-office.vbaProject")
        if kind not in kinds
    ]
    target = re.search(rb'Target="(customUI/[^"]+)"', relations)
    if b"/2007/relationships/ui/extensibility" not in relations or not target:
        return [*findings, "the ribbon is not related to the package"]
    shown = parts[target[1].decode()].decode()
    texts = {module.name: module.text for module in modules}
    for callback in set(re.findall(r'\b(?:onAction|onLoad|get\w+)="([^"]+)"', shown)):
        name, _, procedure = callback.rpartition(".")
        if not re.search(rf"(?im)^Public Sub {procedure}\(", texts.get(name, "")):
            findings.append(f"callback {callback} is in no module")
    return findings

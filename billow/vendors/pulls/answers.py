"""What vendors answer in JSON: the fields that are used, of what kind, and the words for one that is wrong.

An answer is checked whole before anything of it is used. Fields that are not named here are ignored, and
nothing is converted: a count that is a text is no count.

>>> [file.blob_name for file in read(Manifest, b'{"dataFiles": ["a.csv", "b.csv"], "new": 1}').blobs]
['a.csv', 'b.csv']
>>> read(Manifest, b'{"blobs": [{"blobName": "a.csv"}], "blobCount": 2}')
Traceback (most recent call last):
billow.vendors.pulls.answers.NotUsable: lists 1 files and says 2
"""

from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from billow.vendors.pulls.fetched import MOST_FILES

_COUNTS = "counts"  # the kind of the one mistake whose words hold figures

Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]


class NotUsable(Exception):  # noqa: N818 - not an error of the program but a fact about an answer
    """An answer is not what it should be; the text says what it does: "lists a file without a name"."""


class _Part(BaseModel):
    """A part of an answer, its fields named as vendors do: ``blob_count`` is ``blobCount``."""

    model_config = ConfigDict(frozen=True, strict=True, alias_generator=to_camel)


class Answer(_Part):
    """An answer; ``wrong`` has the words for each field that is wrong, and for the whole under no name."""

    wrong: ClassVar[Mapping[str, str]]


_Answer = TypeVar("_Answer", bound=Answer)
_File = TypeVar("_File", bound=BaseModel)


def read(kind: type[_Answer], data: bytes) -> _Answer:
    """Return what an answer says; ``NotUsable`` in words if it is none of its kind."""
    try:
        return kind.model_validate_json(data.removeprefix(BOM_UTF8))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == _COUNTS:
        raise NotUsable(first["msg"])
    field = next((part for part in reversed(first["loc"]) if isinstance(part, str)), "")
    raise NotUsable(kind.wrong.get(field, kind.wrong[""]))


class _Listing(Answer, Generic[_File]):
    """An export's files, and how many they are where that is said."""

    blobs: tuple[_File, ...] = Field(
        min_length=1, max_length=MOST_FILES, validation_alias=AliasChoices("blobs", "dataFiles", "reportKeys")
    )
    blob_count: Count | None = None

    @model_validator(mode="after")
    def _as_many_as_said(self) -> Self:
        if self.blob_count not in {None, len(self.blobs)}:
            words = "lists {listed} files and says {said}"
            raise PydanticCustomError(_COUNTS, words, {"listed": len(self.blobs), "said": self.blob_count})
        return self


class ManifestFile(_Part):
    """A file in a manifest: an object where Azure wrote it, a bare name where AWS did."""

    blob_name: Name
    byte_count: Count | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, said: Any) -> Any:
        return {"blobName": said} if isinstance(said, str) else said


class Manifest(_Listing[ManifestFile]):
    """The manifest of an export.

    Azure Cost Management names its files ``blobs`` and counts them and their rows (manifestVersion
    2021-01-01; Koku's tests have one). AWS Data Exports names them ``dataFiles``, the Cost and Usage Report
    ``reportKeys`` (AWS Data Exports user guide, "Understanding export delivery").
    """

    wrong: ClassVar[Mapping[str, str]] = {
        "": "is not a manifest",
        "blobs": "lists no files that could be read",
        "dataFiles": "lists no files that could be read",
        "reportKeys": "lists no files that could be read",
        "blobName": "lists a file without a name",
        "byteCount": "says a size that is no number",
        "blobCount": "says a count of files that is no number",
        "dataRowCount": "says a count of rows that is no number",
    }
    data_row_count: Count | None = None


class GraphFile(_Part):
    """A blob of Partner Center's export (Microsoft Graph v1.0, resource type blob)."""

    name: Name

    @field_validator("name")
    @classmethod
    def _below_the_export(cls, name: str) -> str:
        if ".." in name.split("/"):
            raise ValueError(name)
        return name


class GraphManifest(_Listing[GraphFile]):
    """What Partner Center exported and where it lies (Microsoft Graph v1.0, resource type manifest)."""

    data_format: Literal["compressedJSONLines"]
    root_directory: str
    sas_token: str | None = None
    e_tag: str | None = None


class GraphError(_Part):
    """Why Graph cannot do what was asked (Microsoft Graph, "Error responses and resource types")."""

    code: str | int


class GraphFailure(Answer):
    """The body of an answer that refuses."""

    wrong: ClassVar[Mapping[str, str]] = {
        "": "gives an answer that is not understood",
        "blobs": "sends an export without files",
        "name": "lists a file without a name",
        "dataFormat": "sends an export of a kind that is not known",
        "rootDirectory": "sends an export of a kind that is not known",
    }
    error: GraphError | None = None


class GraphOperation(GraphFailure):
    """How far an export is (Microsoft Graph v1.0, resource type operation and those that inherit from it).

    While it says neither succeeded nor failed, it runs: ``notStarted``, ``running``, and what may be added.
    """

    status: str
    resource_location: GraphManifest | None = None

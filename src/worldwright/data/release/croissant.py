"""croissant.json: what a release is, in the words of MLCommons Croissant 1.0 with its RAI fields.

Source: the Croissant and Croissant-RAI 1.0 specifications (docs.mlcommons.org/croissant). It says
nothing that the card does not say; a field of the format that we know nothing for is left out. No
date is given, since the same rows must give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..dataset import Dataset
from ..report import Report
from ..reporting import words
from ..schema import Column, Kind
from ..store import FACTS
from . import card
from .manifest import sha256

_TYPES: Mapping[Kind, str] = {
    Kind.NUMBER: "sc:Float",
    Kind.INTEGER: "sc:Integer",
    Kind.CATEGORY: "sc:Text",
    Kind.BOOLEAN: "sc:Boolean",
    Kind.DATETIME: "sc:DateTime",
    Kind.DURATION: "sc:Text",
    Kind.TEXT: "sc:Text",
    Kind.ID: "sc:Text",
}

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def describe(made: Dataset, report: Report, folder: Path, data: str) -> dict[str, Any]:
    """Return the JSON-LD of the release in `folder`, whose rows lie in its folder `data`."""
    files = _files(folder / data)
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.0",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": card.name(made),
        "description": f"{card.summary(made, report)} {words.verdict_line(report)}",
        "version": "1.0.0",
        "citeAs": f"Made with worldwright {report.versions.get('worldwright', '')}".strip(),
        "keywords": ["synthetic data", "worldwright"],
        **_responsible(made, report),
        "distribution": [_file_object(path, data) for path in files.values()],
        "recordSet": [_record_set(made, table, path) for table, path in files.items()],
    }


def _responsible(made: Dataset, report: Report) -> dict[str, Any]:
    return {
        "rai:dataCollection": card.how(made),
        "rai:dataCollectionType": ["Others"],
        "rai:dataCollectionRawData": card.sources(report),
        "rai:dataLimitations": card.limits(report),
        "rai:dataUseCases": [card.use(report)],
        "rai:dataBiases": card.biases(made, report),
        "rai:personalSensitiveInformation": card.privacy(made, report),
    }


def _files(folder: Path) -> dict[str, Path]:
    """The Parquet file of each table, as the saved Dataset in `folder` names them."""
    saved = json.loads((folder / FACTS).read_bytes())
    return {table: folder / file for table, file in saved["files"].items()}


def _file_object(path: Path, data: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{data}/{path.name}",
        "name": f"{data}/{path.name}",
        "contentUrl": f"{data}/{path.name}",
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256(path),
    }


def _record_set(made: Dataset, table: str, path: Path) -> dict[str, Any]:
    schema = made.schema.tables[table]
    name = _safe(table, "rows")
    columns = [c for c in schema.columns if c.kind is not Kind.NESTED]
    fields = [
        _field(column, f"{name}/{_safe(column.name, f'column-{at}')}", made, table, path)
        for at, column in enumerate(columns)
    ]
    key = next((f["@id"] for f in fields if f["name"] == schema.key), None)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": table or "rows",
        **({"key": {"@id": key}} if key else {}),
        "field": fields,
    }


def _field(column: Column, id_: str, made: Dataset, table: str, path: Path) -> dict[str, Any]:
    kind = _TYPES[column.kind]
    if pa.types.is_integer(made.tables[table].schema.field(column.name).type):
        kind = "sc:Integer"
    unit = f", in {column.unit}" if column.unit else ""
    return {
        "@type": "cr:Field",
        "@id": id_,
        "name": column.name,
        "description": f"{column.kind}{unit}",
        "dataType": kind,
        "source": {
            "fileObject": {"@id": f"data/{path.name}"},
            "extract": {"column": column.name},
        },
    }


def _safe(name: str, otherwise: str) -> str:
    """A name as part of an identifier: itself where that cannot be misread."""
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name) else otherwise

"""The tiny backbone, for every test of this folder."""

from __future__ import annotations

import pytest

from tagwright.runtime.backbone import Backbone, load_backbone
from tagwright.runtime.catalog import BackboneSpec
from tagwright.runtime.custom import read_row
from tests.tiny import tiny_backbone_row


@pytest.fixture(scope="session")
def tiny_spec(tmp_path_factory: pytest.TempPathFactory) -> BackboneSpec:
    return read_row(tiny_backbone_row(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="session")
def tiny(tiny_spec: BackboneSpec, tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    return load_backbone(tiny_spec, tmp_path_factory.mktemp("cache"))

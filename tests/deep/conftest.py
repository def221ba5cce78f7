"""Tests of fine-tuning need the extra; without it they are skipped, and say so."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")

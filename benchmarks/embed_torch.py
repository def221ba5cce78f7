"""The plain pipeline `embed.py` compares with: DataLoader, torchvision, timm, eager float32.

Run by `embed.py` in an environment of its own with torch, torchvision and timm. Takes a file of
paths, one a line, and a batch size; prints JSON. The weights are timm's random ones: they change
what comes out, not how long it takes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import timm
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
from torchvision.transforms import InterpolationMode


class Pictures(Dataset):
    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        self.transform = transforms.Compose(
            [
                transforms.Resize((224, 224), InterpolationMode.BICUBIC),
                transforms.ToTensor(),
                transforms.Normalize([0.5] * 3, [0.5] * 3),
            ]
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> torch.Tensor:
        with Image.open(self.paths[i]) as image:
            return self.transform(image.convert("RGB"))


@torch.inference_mode()
def main(listing: str, batch: int) -> None:
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0).eval()
    pictures = Pictures(Path(listing).read_text().splitlines())
    model(torch.zeros(batch, 3, 224, 224))

    start = time.perf_counter()
    loader = DataLoader(pictures, batch_size=batch, num_workers=2)
    features = torch.cat([model(pixels) for pixels in loader])
    files = time.perf_counter() - start

    pixels = torch.stack([pictures[i] for i in range(batch)])
    start = time.perf_counter()
    for _ in range(max(1, 100 // batch)):
        model(pixels)
    forward = (time.perf_counter() - start) / max(1, 100 // batch) / batch
    result = {"files": len(features) / files, "forward": 1 / forward, "torch": torch.__version__}
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

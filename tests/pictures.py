"""Pictures that tests draw for themselves: simple shapes that a network tells apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SHAPES = ("circle", "cross", "stripes")


def draw(shape: str, rng: np.random.Generator, side: int = 96) -> Image.Image:
    """One shape in a random colour and place on a noisy ground; no two are look-alikes."""
    noise = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((side, side)).filter(ImageFilter.GaussianBlur(4))
    pen = ImageDraw.Draw(image)
    x, y = (int(v) for v in rng.integers(side // 4, side // 2, 2))
    size = int(rng.integers(side // 4, side // 2))
    colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    if shape == "circle":
        pen.ellipse((x, y, x + size, y + size), fill=colour)
    elif shape == "cross":
        pen.line((x, y, x + size, y + size), fill=colour, width=8)
        pen.line((x, y + size, x + size, y), fill=colour, width=8)
    else:
        for offset in range(0, size, 10):
            pen.line((x, y + offset, x + size, y + offset), fill=colour, width=5)
    return image


def draw_folders(folder: Path, per_class: int, *, seed: int = 0) -> Path:
    """`folder/SHAPE/N.png` for every shape."""
    rng = np.random.default_rng(seed)
    for shape in SHAPES:
        (folder / shape).mkdir(parents=True)
        for number in range(per_class):
            draw(shape, rng).save(folder / shape / f"{number:03}.png")
    return folder


def draw_twins(folder: Path, *, torn: int, alike: int) -> Path:
    """Folders of all shapes, with circles that have look-alikes.

    Of each torn group two lie with the circles and one, `torn-N.jpg`, with the crosses.
    """
    draw_folders(folder, 8, seed=3)
    rng = np.random.default_rng(7)
    for number in range(torn + alike):
        picture = draw("circle", rng)
        picture.save(folder / "circle" / f"twin-{number}.png")
        picture.save(folder / "circle" / f"twin-{number}.jpg", quality=92)
        if number < torn:
            picture.save(folder / "cross" / f"torn-{number}.jpg", quality=85)
    return folder

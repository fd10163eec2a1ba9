"""Gaze of an enrichment on 150 AOIs of one picture, against a loop over AOIs and recordings in pandas.

20 recordings of gaze at 200 Hz, five million samples in all, jump between places of a 4000 × 3000 px picture
with 150 outlines, some of them overlapping. Measured from loaded tables to all four tables of results;
reading gaze.csv is timed apart, on a share of the rows. The peer is what a script does: for each AOI its mask
as an array, a look-up of all samples and fixations in it, and ``groupby`` for the sums.

Run: ``python -m benchmarks.reference_image [samples in thousands]``. Prints a Markdown table.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from dwell.enrichments import (
    Enrichment,
    ImageFixations,
    ImageGaze,
    ImageResults,
    ImageSection,
    map_enrichment,
    open_enrichment,
)
from dwell.masks import Mask
from dwell.types import AOI

SIZE_HW = (3000, 4000)
N_AOIS, N_RECORDINGS = 150, 20
STEP_NS = 5_000_000
START_NS = 1_760_000_000_000_000_000
SAMPLES_PER_FIXATION = 60
SHARE_READ = 0.1
"""Share of the rows that is written to a CSV and read."""


def outlines(rng: np.random.Generator) -> list[tuple[AOI, Mask]]:
    """AOIs as a shelf has them: on a jittered grid, each a wavy blob."""
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    found = []
    for i in range(N_AOIS):
        centre = (130 + 260 * (i % 15) + rng.uniform(-40, 40), 150 + 300 * (i // 15) + rng.uniform(-40, 40))
        radius = rng.uniform(70, 170) * (1 + 0.15 * np.sin(angle * rng.integers(2, 6)))
        points = np.stack([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)], axis=1)
        found.append((AOI(i + 1, f"product {i + 1}", "#e69f00"), Mask.from_polygon(points, SIZE_HW)))
    return found


def enrichment(n_samples: int, rng: np.random.Generator) -> Enrichment:
    """Gaze that rests 300 ms at a place, and the next place."""
    per = n_samples // N_RECORDINGS // SAMPLES_PER_FIXATION * SAMPLES_PER_FIXATION
    n_fixations = per // SAMPLES_PER_FIXATION
    sections = tuple(
        ImageSection(
            f"s{r}", f"r{r}", f"recording {r}", f"w{r}", START_NS, START_NS + per * STEP_NS, "recording.begin"
        )
        for r in range(N_RECORDINGS)
    )
    places = rng.uniform((-100, -100), (4100, 3100), (N_RECORDINGS * n_fixations, 2))
    xy = np.repeat(places, SAMPLES_PER_FIXATION, axis=0) + rng.normal(0, 12, (N_RECORDINGS * per, 2))
    times = np.tile(START_NS + np.arange(per) * STEP_NS, N_RECORDINGS)
    ids = np.tile(np.repeat(np.arange(1, n_fixations + 1), SAMPLES_PER_FIXATION), N_RECORDINGS)
    section = np.repeat(np.arange(N_RECORDINGS), per)
    gaze = ImageGaze(section, times, xy, rng.random(len(xy)) < 0.95, ids, np.full(len(xy), -1))
    starts = np.tile(START_NS + np.arange(n_fixations) * SAMPLES_PER_FIXATION * STEP_NS, N_RECORDINGS)
    fixations = ImageFixations(
        np.repeat(np.arange(N_RECORDINGS), n_fixations),
        np.tile(np.arange(1, n_fixations + 1), N_RECORDINGS),
        starts,
        starts + SAMPLES_PER_FIXATION * STEP_NS,
        places,
        np.ones(len(places), bool),
    )
    return Enrichment("shelf", "reference image", Path(), SIZE_HW, sections, lambda: gaze, lambda: fixations)


def ours(data: Enrichment, aois: list[tuple[AOI, Mask]]) -> ImageResults:
    results = map_enrichment(data, aois)
    _ = results.aoi_fixations, results.aoi_metrics, results.aoi_label_metrics, results.image_dwell
    return results


def loop(data: Enrichment, aois: list[tuple[AOI, Mask]]) -> pd.DataFrame:
    """Dwell time and fixations by AOI and recording, AOI by AOI."""
    gaze, fixations = data.gaze, data.fixations
    samples = pd.DataFrame(
        {"recording": gaze.section, "t": gaze.timestamps_ns, "x": gaze.xy[:, 0], "y": gaze.xy[:, 1]}
    )
    samples["ms"] = samples.groupby("recording")["t"].diff(-1).abs().fillna(STEP_NS) / 1e6
    samples = samples[gaze.on_image]
    fixated = pd.DataFrame({"recording": fixations.section, "x": fixations.xy[:, 0], "y": fixations.xy[:, 1]})
    fixated["ms"] = (fixations.ends_ns - fixations.starts_ns) / 1e6
    height, width = SIZE_HW
    for table in (samples, fixated):
        table["in"] = table["x"].between(0, width, "left") & table["y"].between(0, height, "left")
    rows = []
    for aoi, mask in aois:
        array = mask.to_array()
        sums = []
        for table in (samples, fixated):
            inside = table["in"].to_numpy().copy()
            shown = table[table["in"]]
            inside[inside] = array[shown["y"].to_numpy().astype(int), shown["x"].to_numpy().astype(int)]
            sums.append(table[inside].groupby("recording")["ms"].agg(["count", "sum"]))
        both = sums[0].add_suffix(" of samples").join(sums[1], how="outer").fillna(0).assign(aoi=aoi.name)
        rows.append(both.reset_index())
    return pd.concat(rows)


def timed(what: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    answer = what()
    return time.perf_counter() - start, answer


def read(data: Enrichment) -> tuple[float, int]:
    """Seconds to open and read a gaze.csv of a share of the samples, and how many those are."""
    gaze, n = data.gaze, int(len(data.gaze) * SHARE_READ)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        uuid = "9c1f6a52-0000-4000-8000-0000000000"
        rows = pd.DataFrame(
            {
                "section id": [f"{uuid}{s:02d}" for s in gaze.section[:n]],
                "recording id": [f"{uuid}{s:02d}" for s in gaze.section[:n]],
                "timestamp [ns]": gaze.timestamps_ns[:n],
                "gaze detected in reference image": np.where(gaze.on_image[:n], "true", "false"),
                "gaze position in reference image x [px]": gaze.xy[:n, 0].round(3),
                "gaze position in reference image y [px]": gaze.xy[:n, 1].round(3),
                "fixation id": gaze.fixation_ids[:n],
                "blink id": "",
            }
        )
        rows.to_csv(place / "gaze.csv", index=False)
        from PIL import Image

        Image.new("RGB", SIZE_HW[::-1]).save(place / "reference_image.jpeg")
        return timed(lambda: open_enrichment(place).gaze)[0], n


def main() -> None:
    thousands = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    rng = np.random.default_rng(1)
    aois = outlines(rng)
    data = enrichment(thousands * 1000, rng)
    own, results = timed(lambda: ours(data, aois))
    again, _ = timed(lambda: ours(data, aois))
    slow, peer = timed(lambda: loop(data, aois))
    assert isinstance(results, ImageResults)
    assert isinstance(peer, pd.DataFrame)
    wanted = peer["sum of samples"].sum()
    assert abs(results.image_dwell["dwell time [ms]"].sum() - wanted) < 1e-6 * wanted
    assert results.counts.n.sum() == peer["count"].sum()
    seconds, n = read(data)
    print(
        f"{len(data.gaze):,} samples and {len(data.fixations):,} fixations of {N_RECORDINGS} recordings, "
        f"{N_AOIS} AOIs\n"
    )
    print("| | s | ratio |\n|---|---|---|")
    print(f"| four tables from loaded gaze (first, second run) | {own:.2f}, {again:.2f} | 1 |")
    print(f"| dwell time and fixations in a loop with pandas | {slow:.1f} | {slow / min(own, again):.0f} |")
    print(f"| reading gaze.csv, per million rows (measured on {n:,}) | {seconds * 1e6 / n:.2f} | – |")


if __name__ == "__main__":
    main()

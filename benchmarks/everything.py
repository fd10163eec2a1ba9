"""Everything in a video: ours beside the published schedule, on the same clips with the same models.

Both are given the same tracker and the same proposer. The published schedule (``everything_published.py``)
has its published values – but for the least scores of masks, which are SAM's, where the proposer is another
one –; ours has its defaults. Each run has a process of its own, which measures itself; what was found is
scored when the clock has stopped. Tracked object-frames, objects times frames, are the model calls that
count: with a network they are nearly all of the time.

Run: ``python -m benchmarks.everything [--quick] [--clips a,b] [--frames N] [--backend NAME] [--proposer
NAME] [--keep DIR]``. The published schedule takes a quarter of an hour for eleven frames: with ``--keep``
each measured run is kept in a folder, and a repeated command measures only what is not there. Annotated
sequences are looked for in ``DWELL_TEST_DATA`` and in ``../shared/data``; the drawn clip is always there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

WAYS = ("published", "ours")
SEQUENCES = ("dog", "car-shadow")
"""Of the annotated ones, by default: an animal, and a vehicle with its shadow."""
AT = (0.1, 0.25, 0.5)
"""Shares of the run at which the predicted total is compared with the real one."""
GOAL = "Goal: a tenth of the tracked object-frames or less, at equal or better recall."


def main() -> None:
    options = parse()
    if options.work:
        print(json.dumps(work(options)))
        return
    with tempfile.TemporaryDirectory() as name:
        print(run(options, Path(name)))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the drawn clip only, 6 frames of it")
    parser.add_argument("--clips", help="names, with commas between")
    parser.add_argument("--frames", type=int, default=11, help="the first so many of each clip; 11")
    parser.add_argument("--long", type=int, default=75, help="frames of the run whose time is foretold; 75")
    parser.add_argument("--coverage", type=float, default=0.9, help="our budget; 0.9 is its default")
    parser.add_argument("--backend", default="embedded")
    parser.add_argument("--proposer", default="embedded")
    parser.add_argument("--keep", type=Path, help="folder of what was measured, for going on later")
    parser.add_argument("--work", choices=("clip", *WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.clips, options.frames, options.long = options.clips or "drawn", 6, 0
    return options


def run(options: argparse.Namespace, folder: Path) -> str:
    """Markdown tables. This process stays small: a child's peak of memory includes its parent's."""
    clips = options.clips.split(",") if options.clips else None
    found: dict[str, dict[str, Any]] = {}
    for name in clips or child(options, "clip", folder)["names"]:
        clip = folder / name
        child(options, "clip", clip)
        found[name] = {way: child(options, way, clip) for way in WAYS}
        print(f"{name} is done", file=sys.stderr)
    lines = [
        f"The first {options.frames} frames of each clip, tracker {options.backend}, proposer "
        f"{options.proposer}. {GOAL}",
        "",
        *costs(found),
        "",
        *recalled(found),
    ]
    foretold = {name: each["ours"]["foretold"] for name, each in found.items()}
    if options.long:
        options.frames = options.long
        child(options, "clip", folder / "long" / "drawn")
        foretold[f"drawn, {options.long} frames"] = child(options, "ours", folder / "long" / "drawn")[
            "foretold"
        ]
    return "\n".join([*lines, "", *predictions(foretold)])


def child(options: argparse.Namespace, job: str, folder: Path) -> dict[str, Any]:
    """What one job in a process of its own says at its end, or said before in a folder of ``--keep``."""
    settings = (options.frames, options.coverage, options.backend, options.proposer)
    kept = options.keep and options.keep / f"{folder.name}-{job}-{'-'.join(map(str, settings))}.json"
    if kept and job in WAYS and kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text())
        return found
    command = [sys.executable, "-m", "benchmarks.everything", "--work", job, "--folder", str(folder)]
    for name in ("frames", "coverage", "backend", "proposer"):
        command += [f"--{name}", str(getattr(options, name))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{job} on {folder.name} failed; see above.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if kept and job in WAYS:
        options.keep.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(answer))
    return answer


# -------------------------------------------------------------------- tables


def costs(found: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        "| clip | | object-frames | of them forward | starts | encodes | images asked for masks | time "
        "| processor time | of it finding masks | peak memory | disk |",
        "|---|---" + "|---" * 10 + "|",
    ]
    for name, ways in found.items():
        for way, each in ways.items():
            cells = [
                f"{each['object_frames']}",
                f"{each['forward']}",
                f"{each['starts']}",
                f"{each['encodes']}",
                f"{each['proposals']}",
                f"{each['wall_s']:.0f} s",
                f"{each['cpu_s']:.0f} s",
                f"{each['proposing_s']:.0f} s",
                f"{each['peak_mib']:.0f} MiB",
                f"{each['disk_bytes'] / 1e6:.2f} MB",
            ]
            lines.append(f"| {name} | {way} | {' | '.join(cells)} |")
        lines.append(f"| {name} | published : ours | {' | '.join(ratios(ways))} |")
    return lines


def ratios(ways: dict[str, dict[str, Any]]) -> list[str]:
    keys = ("object_frames", "forward", "starts", "encodes", "proposals", "wall_s", "cpu_s", "proposing_s")
    keys += ("peak_mib", "disk_bytes")
    pairs = [(ways["published"][key], ways["ours"][key]) for key in keys]
    return [f"**{a / b:.1f}**" if b else "–" for a, b in pairs]


def recalled(found: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        "| clip | thing | | J, one identity | J, best mask a frame | identities of the best masks | switches "
        "| identities in all | pixels covered |",
        "|---|---" + "|---" * 7 + "|",
    ]
    totals: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for name, ways in found.items():
        for way, each in ways.items():
            for thing, seen in each["recall"].items():
                totals[way].append((seen["single_j"], seen["any_j"]))
                lines.append(
                    f"| {name} | {thing} | {way} | {seen['single_j']:.3f} | {seen['any_j']:.3f} "
                    f"| {seen['n_identities']} | {seen['n_switches']} | {each['identities']} "
                    f"| {each['coverage']:.0%} |"
                )
    for way, pairs in totals.items():
        single, best = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        lines.append(f"| **mean** | | {way} | **{single:.3f}** | {best:.3f} | | | | |")
    return lines


def predictions(foretold: dict[str, dict[str, Any]]) -> list[str]:
    """What our run said of its own length, on the way."""
    head = " | ".join(f"foretold at {share:.0%}" for share in AT)
    lines = [f"| our run on | took | {head} |", "|---|---|" + "---|" * len(AT)]
    for name, each in foretold.items():
        total = each["total_s"]
        said = ["nothing yet" if s is None else f"{s:.0f} s ({s / total - 1:+.0%})" for s in each["said_s"]]
        lines.append(f"| {name} | {total:.0f} s | {' | '.join(said)} |")
    return lines


# -------------------------------------------------------------------- one job, in its own process


def work(options: argparse.Namespace) -> dict[str, Any]:
    if options.work == "clip":
        return prepare(options)
    from benchmarks import everything_scores as scores
    from benchmarks.everything_clips import read_clip
    from dwell.segmenters.automatic.open import open_proposer
    from dwell.segmenters.open import open_backend

    clip = read_clip(options.folder)
    backend = scores.Counting(open_backend(options.backend))
    proposer = scores.CountingProposer(open_proposer(options.proposer))
    make = {"ours": ours, "published": published}[options.work]
    with tempfile.TemporaryDirectory() as name:
        cost, masklets, more = make(clip.frames, backend, proposer, Path(name), options)
    seen = {
        thing: scores.recall(masklets, truth) for thing, truth in clip.truths.items() if any(truth.values())
    }
    return {
        "object_frames": backend.object_frames,
        "forward": backend.object_frames,
        "starts": backend.n_starts,
        "encodes": backend.n_encodes,
        "proposals": proposer.n_calls,
        "proposing_s": proposer.seconds,
        "coverage": scores.coverage(masklets, len(clip.frames), clip.frames.size_hw),
        "identities": len(masklets),
        "recall": {thing: vars(each) for thing, each in seen.items()},
        **vars(cost),
        **more,
    }


def prepare(options: argparse.Namespace) -> dict[str, Any]:
    """Write a clip; of a folder that is there already, say which clips are measured by default."""
    from benchmarks.everything_clips import DRAWN, clip_names, write_clip

    if options.folder.exists():
        return {"names": [name for name in (*SEQUENCES, DRAWN) if name in clip_names()]}
    write_clip(options.folder.name, options.folder, options.frames)
    return {}


Measured = tuple[Any, Any, dict[str, Any]]
"""Cost, masklets, and what else there is to say."""


def published(frames: Any, backend: Any, proposer: Any, folder: Path, _: argparse.Namespace) -> Measured:
    from benchmarks.everything_published import PublishedSchedule
    from benchmarks.everything_scores import measured
    from dwell.types import Direction

    schedule = PublishedSchedule(frames, backend, proposer, folder, options_for(proposer.name))
    with measured(folder) as cost:
        schedule.run()
    return cost, schedule.masklets(), {"forward": schedule.object_frames[Direction.FORWARD]}


def options_for(proposer: str) -> Any:
    """The published values; least scores are those of the proposer itself, unless it is SAM."""
    from dwell.everything import PUBLISHED
    from dwell.models import MODELS, PROPOSER_MODELS

    if proposer in (*PROPOSER_MODELS, *MODELS):
        return PUBLISHED
    automatic = replace(PUBLISHED.automatic, pred_iou_thresh=None, stability_score_thresh=None)
    return replace(PUBLISHED, automatic=automatic)


def ours(frames: Any, backend: Any, proposer: Any, folder: Path, options: argparse.Namespace) -> Measured:
    from benchmarks.everything_scores import masklets_of, measured
    from dwell.everything import Budget, Everything, Phase
    from dwell.project import Project, Source
    from dwell.tracking import TrackingSession

    source = Source(str(frames.path), "images", "clip", "clip", frames.size_hw, len(frames))
    budget = Budget(coverage=options.coverage)
    start, told, forward = time.perf_counter(), [], 0
    with measured(folder) as cost, Project.create(folder / "clip.dwell", source) as project:
        session = TrackingSession(project, frames, backend)
        for update in Everything(session, proposer, budget=budget).updates():
            told.append((time.perf_counter() - start, update.left_s))
            if update.phase is Phase.FORWARD:
                forward = update.object_frames
    total = told[-1][0]
    with Project.open(folder / "clip.dwell", write=False) as project:
        masklets = masklets_of(project)
    said = [foretold_at(told, share * total) for share in AT]
    return cost, masklets, {"forward": forward, "foretold": {"total_s": total, "said_s": said}}


def foretold_at(told: list[tuple[float, float | None]], elapsed_s: float) -> float | None:
    """The total that the last word before this moment amounts to."""
    before = [(at, left) for at, left in told if at <= elapsed_s]
    if not before or before[-1][1] is None:
        return None
    return before[-1][0] + before[-1][1]


if __name__ == "__main__":
    main()

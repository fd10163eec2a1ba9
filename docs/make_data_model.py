"""Write docs/data-model.md from the table definitions: ``python docs/make_data_model.py``."""

from pathlib import Path

from dwell.tables import READ_TABLES, WRITTEN_TABLES, Table

HEAD = """# Data model

<!-- Made by docs/make_data_model.py from src/dwell/tables/; edit there. -->

Times are int64 nanoseconds, UTC unless the recorder has no such clock. Positions are px of the raw scene
video, origin top left. In CSV files an empty field is a missing value, `true` and `false` are lower-case,
`inf` is beyond the distance limit. Columns that Pupil Cloud has are spelt as Cloud spells them, so results
can be merged with Cloud's.

## The project

`NAME.dwell/project.db` is one SQLite file: the recording it is about (path, size, fingerprint), AOIs and
which of them are parts of which, prompts, one mask per AOI and frame (COCO run lengths, compressed) with
state, score, origin and what speaks for or against it (`dwell.masks.Signals`), the fixations that a person
has put on AOIs, the tracking runs with backend and parameters, what jobs have noted about frames, and the
undo history. Every action that was acknowledged is on disk. One process writes at a time, others may read
meanwhile. `mapping.json` beside the tables names every choice that was made in mapping.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "\n## Tables that Dwell writes\n", *map(section, WRITTEN_TABLES)]
    parts += ["\n## Tables that Dwell reads\n", *map(section, READ_TABLES)]
    return "".join(parts)


def section(table: Table) -> str:
    """One table's heading, meaning and columns."""
    rows = "".join(
        f"| `{c.name}` | {c.dtype} | {c.unit.replace('1', '') or '–'} | {c.meaning} |\n"
        for c in table.columns
    )
    meaning = table.meaning[0].lower() + table.meaning[1:]
    head = f"\n### {table.name}.csv\n\nOne row is: {meaning}\n\n"
    return f"{head}| column | type | unit | meaning |\n|---|---|---|---|\n{rows}"


if __name__ == "__main__":
    (Path(__file__).parent / "data-model.md").write_text(page(), encoding="utf-8")

"""Write the table of formats at the end of docs/labels.md: ``python docs/make_label_formats.py``."""

from pathlib import Path

from dwell.formats.contract import LabelFormat
from dwell.labels import can_read
from dwell.registry import FORMATS, load

PAGE = Path(__file__).parent / "labels.md"
MARK = "<!-- Made by docs/make_label_formats.py from src/dwell/formats/; edit there. -->\n"


def page() -> str:
    """The whole page: what a person wrote, and the table."""
    text, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    rows = "".join(row(load(FORMATS, name)) for name in FORMATS)
    return f"{text}{mark}\n| format | files | in | keeps | loses |\n|---|---|---|---|---|\n{rows}"


def row(kind: type[LabelFormat]) -> str:
    """One format; ``in`` says whether it is read, too."""
    about = kind.about
    read = "yes" if can_read(kind) else "no"
    title = f"[{about.title}]({about.source})" if about.source else about.title
    cells = [f"`{kind.name}`: {title}", about.files, read, about.keeps, about.loses]
    return "| " + " | ".join(each.replace("|", "\\|") or "nothing" for each in cells) + " |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

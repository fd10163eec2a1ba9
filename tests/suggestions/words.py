"""A detector whose every answer is written down, for tests of what is made of them."""

from dwell.segmenters.contract import Detection


def box(x, y, side=8):
    """A square's box."""
    return (float(x), float(y), float(x + side), float(y + side))


def seen(phrase, where, score=0.9, text_score=None):
    """A detection."""
    return Detection(where, phrase, score, score if text_score is None else text_score)


class Script:
    """Answers what is scripted for the pictures it is shown, in that order; remembers what was asked."""

    name = "script"

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def describe(self):
        return {"name": self.name}

    def detect(self, image, phrases, floor=0.05):
        self.asked.append((tuple(phrases), floor))
        return self.answers[len(self.asked) - 1]

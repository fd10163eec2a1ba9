"""An editor whose segmenter is slow; imported by the child process."""

import time

from dwell.app.work.editor import Editor

ANSWER_S = 2.0


class SlowEditor(Editor):
    def look_answer(self, calling, ask):
        time.sleep(ANSWER_S)
        return super().look_answer(calling, ask)

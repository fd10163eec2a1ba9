"""An editor whose segmenter is slow if there is a file ``slow`` beside the project; imported by the child."""

import time

from dwell.app.work.editor import Editor

ANSWER_S = 2.0


class SlowEditor(Editor):
    def look_answer(self, calling, ask):
        if (self.analysis.project.path.parent / "slow").exists():
            time.sleep(ANSWER_S)
        return super().look_answer(calling, ask)

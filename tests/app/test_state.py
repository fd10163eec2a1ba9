"""The state of a project as pages know it: differences make change sets, change sets make the same state."""

from hypothesis import given
from hypothesis import strategies as st

from dwell.app.messages import Aoi, ChangeSet, Step, Steps
from dwell.app.state import State


def aoi(object_id, name):
    return Aoi(object_id=object_id, name=name, colour="#E69F00", category=None, part_of=None)


def test_created_updated_deleted():
    state = State()
    state.replace("aois", [aoi(1, "cup"), aoi(2, "book")])
    change = state.replace("aois", [aoi(2, "red book"), aoi(3, "ball")])
    assert (change.created, change.updated, change.deleted) == ([aoi(3, "ball")], [aoi(2, "red book")], [1])


def test_nothing_new_is_no_change():
    state = State()
    state.replace("aois", [aoi(1, "cup")])
    assert state.replace("aois", [aoi(1, "cup")]) is None
    steps = Steps(undo=Step(id=1, label="add cup"), redo=None)
    assert state.set(steps=steps) == {"steps": steps}
    assert state.set(steps=steps) == {}


names = st.dictionaries(st.integers(1, 6), st.sampled_from(["cup", "book", "ball"]), max_size=6)


@given(st.lists(names, max_size=8))
def test_a_page_that_applies_every_change_knows_the_same(moments):
    editor, page = State(), State()
    for moment in moments:
        change = editor.replace("aois", [aoi(number, name) for number, name in moment.items()])
        if change is not None:
            page.apply(ChangeSet(rev=0, origin="test", aois=change))
    assert page.all("aois") == editor.all("aois")

"""The timeline, read back as pixels: what colour each lane has at a second."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from dwell.drawn_world import Disc, Look, Rect
from dwell.errors import OutputError
from dwell.masks import Mask, Masklet
from dwell.render import render_timeline
from dwell.render.canvas import rgb_of
from dwell.render.shares import Bins, joined, share_of_bins
from dwell.render.timeline import clock_text, pale
from dwell.types import AOI
from dwell.video import FrameClock
from render.scenes import CARD, DISC, gaze_map_of, masklet_of, world

WHITE, UNTRACKED = (255, 255, 255), (217, 217, 217)


@pytest.fixture
def pixel(monkeypatch):
    """Draws, and tells the colour of a lane at a second; ``up`` 0 … 1 is the height within the lane."""
    kept = {}
    save = Figure.savefig

    def saving(figure, *args, **options):
        save(figure, *args, **options)
        axes = figure.axes[0]
        scale = options["dpi"] / figure.dpi
        kept["place"] = lambda x, y: axes.transData.transform((x, y)) * scale

    monkeypatch.setattr(Figure, "savefig", saving)

    def draw(path, *args, **options):
        picture = np.asarray(Image.open(render_timeline(*args, path, **options)).convert("RGB"))

        def look(lane, second, up=0.8):
            x, y = kept["place"](second, lane + 0.4 - 0.8 * up)
            return tuple(int(v) for v in picture[picture.shape[0] - 1 - int(y), int(x)])

        return look

    return draw


def faint(colour):
    return tuple(round(255 * channel) for channel in pale(colour))


def near(colour, other):
    return max(abs(a - b) for a, b in zip(colour, other, strict=True)) <= 6


def drawn_states():
    """Frames of 40 ms. Card: seen in 0-24, absent in 25-49. Disc: untracked in 0-9, lost in 20-29."""
    shapes = [
        Rect("card", (180, 40, 40), (60, 50), (50, 60), frames=range(25)),
        Disc("disc", (40, 60, 170), 20, (150, 60)),
    ]
    drawn = world(n_frames=50, shapes=shapes, looks=[Look("card", range(5, 10)), Look("disc", range(35, 40))])
    return drawn, [masklet_of(drawn, CARD), masklet_of(drawn, DISC, range(10, 50), lost=range(20, 30))]


def test_lanes_show_states_and_looks(pixel, tmp_path):
    drawn, masklets = drawn_states()
    look = pixel(tmp_path / "t.png", masklets, drawn.clock, gaze_map_of(drawn, masklets))
    assert near(look(0, 0.1), faint(CARD.colour))
    assert near(look(0, 0.3), rgb_of(CARD.colour))
    assert near(look(0, 0.5), faint(CARD.colour))
    assert near(look(0, 1.5), WHITE)  # absent: a line in the middle only
    assert not near(look(0, 1.5, up=0.5), WHITE)
    assert near(look(1, 0.2), UNTRACKED)
    assert near(look(1, 0.6), faint(DISC.colour))
    hatched = {look(1, second, up) for second in np.linspace(0.85, 1.15, 40) for up in (0.3, 0.5, 0.7)}
    assert any(near(colour, WHITE) for colour in hatched)
    assert any(max(colour) < 140 for colour in hatched)
    assert near(look(1, 1.5), rgb_of(DISC.colour))


def test_edges_are_where_they_should_be(pixel, tmp_path):
    drawn, masklets = drawn_states()
    look = pixel(tmp_path / "t.png", masklets, drawn.clock, gaze_map_of(drawn, masklets))
    assert near(look(0, 0.19), faint(CARD.colour))
    assert near(look(0, 0.21), rgb_of(CARD.colour))
    assert near(look(0, 0.39), rgb_of(CARD.colour))
    assert near(look(0, 0.41), faint(CARD.colour))


def test_the_gaze_lane_shows_fixations_and_missing_gaze(pixel, tmp_path):
    drawn, masklets = drawn_states()
    gaze = gaze_map_of(drawn, masklets)
    ids = gaze.fixation_ids.copy()
    ids[gaze.frame_idx == 7] = -1
    look = pixel(tmp_path / "t.png", masklets, drawn.clock, replace(gaze, fixation_ids=ids))
    assert near(look(2, 0.25), (68, 68, 68))
    assert near(look(2, 0.30), (221, 221, 221))
    assert near(look(2, 0.97), WHITE)


def test_there_is_nothing_where_there_is_no_picture(pixel, tmp_path):
    drawn = world(n_filler=3)
    gap = FrameClock(drawn.times_ns + np.where(np.arange(8) >= 6, 1_000_000_000, 0), drawn.valid)
    look = pixel(tmp_path / "t.png", [masklet_of(drawn, CARD, range(3, 8))], gap, None)
    assert near(look(0, 0.06), WHITE)
    assert near(look(0, 0.15), faint(CARD.colour))
    assert near(look(0, 0.83), WHITE)
    assert near(look(0, 1.26), faint(CARD.colour))


def hours_long(n_aois, seed=0):
    """An hour of 30 frames/s in which every AOI comes and goes, and gaze wanders."""
    rng = np.random.default_rng(seed)
    clock = FrameClock(np.arange(108_000, dtype=np.int64) * 33_333_333)
    runs = masklet_of(world(), CARD).runs()
    masklets = []
    for k in range(n_aois):
        state = np.repeat(rng.integers(0, 3, 1080), 100)
        empty = np.zeros(108_000)
        columns = dict.fromkeys(("score", "approved", "check", "origin", "direction"), empty)
        masklets.append(
            Masklet(
                AOI(k + 1, f"thing {k + 1}", "#0072b2"),
                (120, 200),
                runs.take,
                frame_idx=np.arange(108_000),
                state=state,
                area=state == 0,
                boxes_xyxy=np.zeros((108_000, 4)),
                **columns,
            )
        )
    return clock, masklets


def test_an_hour_with_thirty_aois_is_quick_and_small(tmp_path):
    clock, masklets = hours_long(30)
    for form, limit in (("png", 1_000_000), ("svg", 4_000_000)):
        out = render_timeline(masklets, clock, None, tmp_path / f"t.{form}")
        assert 10_000 < out.stat().st_size < limit


def test_a_short_look_in_a_long_recording_can_be_seen(pixel, tmp_path):
    drawn = world(n_frames=3, looks=[Look("card", range(1, 2))])
    times = drawn.times_ns.copy()
    clock = FrameClock(np.r_[times, times[-1] + np.arange(1, 20_000) * 40_000_000])  # 13 minutes
    card = masklet_of(drawn, CARD)
    gaze = replace(gaze_map_of(drawn, [card]), clock=clock)
    look = pixel(tmp_path / "t.png", [card], clock, gaze)
    first_bin = [look(0, second, up=0.1) for second in np.linspace(0, 1, 20)]
    assert any(near(colour, rgb_of(CARD.colour)) for colour in first_bin)
    assert not any(near(look(0, second, up=0.6), rgb_of(CARD.colour)) for second in np.linspace(0, 1, 20))


NAMES = ["a" * 200, "$x^2$ & _b_", "книга\nвторая", "本", ""]


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_any_name_and_title_can_be_drawn(form, tmp_path):
    drawn = world()
    box = Mask.from_box((0, 0, 9, 9), (120, 200))
    from render.scenes import fixed_masklet

    masklets = [fixed_masklet(box, 8, AOI(k + 1, name, "#0072b2")) for k, name in enumerate(NAMES)]
    out = render_timeline(masklets, drawn.clock, None, tmp_path / f"größe & ton.{form}", title="$1 for 本")
    assert out.stat().st_size > 5_000


@pytest.mark.parametrize("with_gaze", [False, True])
def test_no_aois_and_one_frame(with_gaze, tmp_path):
    drawn = world(n_frames=1, looks=[])
    gaze = gaze_map_of(drawn, []) if with_gaze else None
    assert render_timeline([], drawn.clock, gaze, tmp_path / "t.png").exists()


def test_places_that_cannot_be_written_are_named(tmp_path):
    drawn = world()
    with pytest.raises(OutputError, match=r"\.png, \.svg or \.pdf"):
        render_timeline([], drawn.clock, None, tmp_path / "t.xyz")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="file"):
        render_timeline([], drawn.clock, None, tmp_path / "file" / "t.png")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# -------------------------------------------------------------------- its parts


def test_shares_of_bins_worked_out_by_hand():
    bins = Bins.of(1_000, 1_000 + 4_000_000_000, 4)
    begins = 1_000 + np.array([0, 500, 1_250, 3_900]) * 1_000_000
    ends = 1_000 + np.array([500, 1_250, 2_000, 9_000]) * 1_000_000
    chosen = np.array([True, False, True, True])
    np.testing.assert_allclose(share_of_bins(begins, ends, chosen, bins), [0.5, 0.75, 0, 0.1], atol=1e-9)
    np.testing.assert_array_equal(share_of_bins(begins, ends, ~chosen & False, bins), np.zeros(4))


def test_joined_runs():
    bins = Bins.of(0, 5_000_000_000, 5)
    assert joined(np.array([1, 1, 0, 0, 1], bool), bins) == [(0, 2), (4, 1)]
    assert joined(np.zeros(5, bool), bins) == []


def test_clock_texts():
    assert clock_text(2.5, "s") == "2.5"
    assert clock_text(125, "min:s") == "2:05"
    assert clock_text(3725, "h:min:s") == "1:02:05"

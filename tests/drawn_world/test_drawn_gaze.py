"""Gaze of the drawn wearer: what an eye tracker would say, and what really happened."""

import numpy as np
import pytest

from dwell.drawn_world import DrawnWorld
from dwell.drawn_world.optics import azimuth_elevation_deg


@pytest.fixture(scope="module")
def world() -> DrawnWorld:
    return DrawnWorld(size_hw=(180, 240), duration_s=18.0)


@pytest.fixture(scope="module")
def xy(world) -> np.ndarray:
    return world.gaze[["gaze x [px]", "gaze y [px]"]].to_numpy()


def runs(values) -> list[tuple[int, int]]:
    """(first, stop) of each stretch of equal values that are true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(values).astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def test_gaze_comes_at_200_hz_on_an_integer_clock(world):
    times = world.gaze["timestamp [ns]"]
    assert times.dtype == np.int64
    steps = np.diff(times)
    assert np.abs(steps - 5_000_000).max() < 100_000
    assert np.median(steps) == pytest.approx(5_000_000, abs=10_000)


def test_columns_are_those_of_pupil_cloud(world):
    dtypes = {name: str(dtype) for name, dtype in world.gaze.dtypes.items()}
    assert dtypes == {
        "timestamp [ns]": "int64",
        "gaze x [px]": "float64",
        "gaze y [px]": "float64",
        "worn": "bool",
        "fixation id": "Int64",
        "blink id": "Int64",
        "azimuth [deg]": "float64",
        "elevation [deg]": "float64",
    }


def test_some_samples_have_no_frame(world):
    times = world.gaze["timestamp [ns]"]
    assert (times < world.times_ns[0]).sum() == 3
    assert (times > world.end_ns).any()
    assert not world.gaze.isna()["gaze x [px]"].any()


def test_some_samples_lie_beside_the_picture(xy, world):
    outside = (xy < 0).any(axis=1) | (xy >= world.size_hw[::-1]).any(axis=1)
    assert 30 < outside.sum() < 0.1 * len(xy)


@pytest.mark.parametrize(("table", "kinds"), [("fixations", ("fixation", "pursuit")), ("blinks", ("blink",))])
def test_ids_count_from_one_and_agree_with_the_tables(world, table, kinds):
    rows, column = getattr(world, table), f"{table[:-1]} id"
    ids = world.gaze[column]
    assert rows[column].tolist() == list(range(1, len(rows) + 1))
    assert ids.dropna().unique().tolist() == rows[column].tolist()
    np.testing.assert_array_equal(ids.notna(), world.gaze_truth["kind"].isin(kinds))
    times = world.gaze["timestamp [ns]"].to_numpy()
    for row in rows.to_dict("records"):
        mine = (times >= row["start timestamp [ns]"]) & (times < row["end timestamp [ns]"])
        np.testing.assert_array_equal(mine, (ids == row[column]).fillna(False))
        span = row["end timestamp [ns]"] - row["start timestamp [ns]"]
        assert row["duration [ms]"] == span // 1_000_000


def test_no_sample_is_in_a_fixation_and_a_blink(world):
    assert not (world.gaze["fixation id"].notna() & world.gaze["blink id"].notna()).any()


def test_a_fixations_place_is_the_mean_of_its_samples(world):
    means = (
        world.gaze.dropna(subset="fixation id").groupby("fixation id")[["gaze x [px]", "gaze y [px]"]].mean()
    )
    stated = world.fixations.set_index("fixation id")[["fixation x [px]", "fixation y [px]"]]
    np.testing.assert_allclose(stated, means, atol=0.0006)


def test_fixations_last_as_long_as_people_look(world):
    durations = world.fixations["duration [ms]"]
    assert durations.dtype == np.int64
    assert durations.min() >= 80
    assert durations.max() < 1600
    assert 180 < durations.median() < 500
    assert len(durations) > 2 * 17, "two to four fixations per second"


def test_the_wearer_looks_at_everything(world):
    looked = world.gaze_truth["target"].value_counts()
    assert set(looked.index) == set(world.names)
    assert looked.min() > 60
    assert {"fixation", "pursuit", "saccade", "blink", "not worn"} == set(world.gaze_truth["kind"])


def test_gaze_falls_on_what_the_wearer_aims_at(world):
    truth, hits = world.gaze_truth, world.gaze_hits
    for name in world.names:
        aimed = (truth["target"] == name) & (hits["frame_idx"] >= 0)
        assert hits.loc[aimed, name].mean() > 0.85, name
    elsewhere = truth["kind"].eq("fixation") & truth["target"].isna()
    assert hits.loc[elsewhere, list(world.names)].to_numpy().mean() < 0.05


def test_hits_are_read_off_the_truth(world, xy):
    hits = world.gaze_hits
    rng = np.random.default_rng(0)
    for k in rng.choice(np.flatnonzero(hits["frame_idx"] >= 0), 40, replace=False):
        frame_idx, (x, y) = int(hits["frame_idx"][k]), np.floor(xy[k]).astype(int)
        assert world.times_ns[frame_idx] <= world.gaze["timestamp [ns]"][k]
        for name, mask in world.truth(frame_idx).items():
            inside = 0 <= x < 240 and 0 <= y < 180 and mask[y, x]
            assert hits[name][k] == inside
    assert not hits.loc[hits["frame_idx"] < 0, list(world.names)].to_numpy().any()


def test_pursuit_moves_with_its_thing(world, xy):
    moved = []
    for first, stop in runs(world.gaze_truth["kind"] == "pursuit"):
        path = xy[stop - 5 : stop].mean(axis=0) - xy[first : first + 5].mean(axis=0)
        moved.append(np.hypot(*path))
    assert len(moved) > 3
    assert np.median(moved) > 8


def test_noise_is_a_third_of_a_degree(world, xy):
    """Scatter of samples around their fixation where nothing moves them: the wearer sees the still table."""
    px_per_deg = world.camera.matrix[0, 0] * np.pi / 180
    steps = [
        np.diff(xy[first:stop], axis=0)
        for first, stop in runs((world.gaze_truth["kind"] == "fixation") & world.gaze["worn"])
    ]
    rms_deg = np.sqrt((np.concatenate(steps) ** 2).mean()) / px_per_deg
    assert 0.05 < rms_deg < 0.4


def test_saccades_follow_the_main_sequence(world):
    s = world.saccades
    expected_ms = 2.2 * s["amplitude [deg]"] + 21
    assert np.abs(s["duration [ms]"] - expected_ms).median() < 8
    large = s[s["amplitude [deg]"] > 8]
    px_per_deg = world.camera.matrix[0, 0] * np.pi / 180
    peak_deg_s = large["peak velocity [px/s]"] / px_per_deg
    assert peak_deg_s.between(250, 1100).all()
    assert np.corrcoef(s["amplitude [deg]"], s["peak velocity [px/s]"])[0, 1] > 0.7
    assert (s["peak velocity [px/s]"] >= s["mean velocity [px/s]"]).all()


def test_saccade_amplitudes_come_from_the_samples(world, xy):
    times = world.gaze["timestamp [ns]"].to_numpy()
    for row in world.saccades.head(10).to_dict("records"):
        first = np.searchsorted(times, row["start timestamp [ns]"])
        stop = np.searchsorted(times, row["end timestamp [ns]"])
        dx, dy = xy[stop] - xy[first - 1]
        assert row["amplitude [px]"] == pytest.approx((dx**2 + dy**2) ** 0.5, abs=0.001)


def test_blinks_drag_gaze_down_but_still_give_it(world, xy):
    assert 3 <= len(world.blinks) <= 12
    assert world.blinks["duration [ms]"].between(130, 270).all()
    sags = []
    for first, stop in runs(world.gaze["blink id"].notna()):
        sags.append(xy[first:stop, 1].max() - max(xy[first - 1, 1], xy[stop, 1]))
    assert np.median(sags) > 5


def test_the_tracker_is_off_the_head_for_a_moment(world):
    off = ~world.gaze["worn"]
    ((first, stop),) = runs(off)
    assert 0.2 < (stop - first) * 0.005 < 1
    assert (world.gaze_truth["kind"][off] == "not worn").all()
    assert world.gaze.loc[off, ["fixation id", "blink id"]].isna().all(axis=None)


def test_angles_agree_with_the_camera(world, xy):
    angles = azimuth_elevation_deg(world.camera, xy)
    np.testing.assert_allclose(world.gaze["azimuth [deg]"], angles[:, 0], atol=1e-5)
    middle = world.camera.matrix[:2, 2][None]
    np.testing.assert_allclose(azimuth_elevation_deg(world.camera, middle), 0, atol=1e-9)
    right_and_up = azimuth_elevation_deg(world.camera, middle + [[50, -50]])
    assert (right_and_up > 0).all()


def test_positions_have_three_decimals(xy):
    np.testing.assert_array_equal(xy, np.round(xy, 3))


def test_gaze_is_repeatable(world):
    again = DrawnWorld(size_hw=(180, 240), duration_s=18.0)
    assert again.gaze.equals(world.gaze)
    assert again.gaze_truth.equals(world.gaze_truth)
    assert not DrawnWorld(seed=5, size_hw=(180, 240), duration_s=18.0).gaze.equals(world.gaze)


@pytest.mark.parametrize("seed", range(4))
def test_every_seed_gives_a_plan_without_holes(seed):
    short = DrawnWorld(seed=seed, size_hw=(96, 128), duration_s=5.0)
    assert len(short.gaze) == len(short.gaze_truth)
    assert np.isfinite(short.gaze[["gaze x [px]", "gaze y [px]"]]).all(axis=None)
    assert len(short.fixations) >= 6


def test_the_sensors_move_with_the_head(world):
    """The picture's roll is the head's; still air reads one g."""
    imu = world.imu
    g = np.linalg.norm(imu[[f"acceleration {a} [g]" for a in "xyz"]], axis=1)
    np.testing.assert_allclose(g, 1, atol=0.03)
    quaternion = imu[[f"quaternion {a}" for a in "wxyz"]].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(quaternion, axis=1), 1, atol=1e-5)
    seconds = (imu["timestamp [ns]"] - world.start_ns) / 1e9
    turned = np.gradient(imu["yaw [deg]"], seconds)
    assert np.corrcoef(turned, imu["gyro z [deg/s]"])[0, 1] > 0.98


def test_eyelids_close_in_blinks(world):
    eyes, shut = world.eye_states, world.gaze["blink id"].notna()
    assert eyes.loc[shut, "eyelid aperture left [mm]"].median() < 1
    assert eyes.loc[~shut, "eyelid aperture left [mm]"].median() > 8
    axis = eyes[[f"optical axis right {a}" for a in "xyz"]].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(axis, axis=1), 1, atol=1e-5)

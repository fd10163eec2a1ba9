"""The five-point check on drawn gaze, beside numbers worked out by hand; corrections; drift."""

import math

import numpy as np
import pytest

from dwell.screen import (
    CheckOptions,
    CheckPlan,
    CorrectionKind,
    DriftWatch,
    PageGaze,
    Rect,
    Shown,
    Verdict,
    Viewing,
    evaluate_check,
    offer_correction,
    point_quality,
    remedies,
)
from dwell.screen.degrees import shifted
from screen.drawn_desk import MONITOR, VIEWING, view

MS = 1_000_000
RATE_HZ = 100
PLAN = CheckPlan.five_points(view().canvas)
SEEN_FROM = (view(), MONITOR, VIEWING)


def gaze(offsets_deg, noise_deg=0.0, lost=(), seed=1, plan=PLAN, at_ms=0):
    """Each target is shown for 1.5 s; gaze stays at the one before for 250 ms, then is off by so much."""
    rng = np.random.default_rng(seed)
    shown, times, places, valid = [], [], [], []
    before = (100.0, 100.0)
    for i, (target, offset) in enumerate(zip(plan.targets, offsets_deg, strict=True)):
        start = (at_ms + i * 1500) * MS
        shown.append(Shown(i, start, start + 1500 * MS))
        for k in range(150):
            wobble = rng.normal(0, noise_deg, 2) if noise_deg else (0, 0)
            here = shifted(*SEEN_FROM, (target.x, target.y), offset[0] + wobble[0], offset[1] + wobble[1])
            places.append(before if k < 25 else here)
            times.append(start + k * 10 * MS)
            valid.append((i, k) not in lost)
        before = (target.x, target.y)
    return shown, PageGaze(np.array(times), np.array(places), np.array(valid), RATE_HZ)


def check(offsets_deg, **how):
    correction = how.pop("correction", None)
    shown, seen = gaze(offsets_deg, **how)
    return evaluate_check(how.get("plan", PLAN), shown, seen, *SEEN_FROM, correction=correction)


def test_targets_are_in_the_middle_and_near_the_corners():
    plan = CheckPlan.five_points(Rect(100, 50, 1000, 500))
    assert [(t.name, t.x, t.y) for t in plan.targets] == [
        ("centre", 600, 300), ("upper left", 200, 100), ("upper right", 1000, 100),
        ("lower right", 1000, 500), ("lower left", 200, 500),
    ]  # fmt: skip


def test_offsets_are_those_that_were_drawn():
    """Three points right, one off by (0.3, -0.4) = 0.5°, one by 1.5°: the mean is 2.0 / 5."""
    result = check([(0, 0), (0.3, -0.4), (0, 0), (1.5, 0), (0, 0)])
    offsets = [point.quality.offset_deg for point in result.points]
    assert offsets == pytest.approx([0, 0.5, 0, 1.5, 0], abs=1e-9)
    assert result.points[1].quality.offset_x_deg == pytest.approx(0.3)
    assert result.points[1].quality.offset_y_deg == pytest.approx(-0.4)
    assert result.accuracy_deg == pytest.approx(0.4)
    assert result.verdict is Verdict.GOOD
    assert [point.quality.n for point in result.points] == [110] * 5  # 1.5 s less 400 ms at 100 Hz
    assert result.data_loss == 0
    assert result.t_ns == 7500 * MS


def test_a_saccade_on_its_way_does_not_count_unless_it_is_waited_less():
    shown, seen = gaze([(0, 0)] * 5)
    hasty = evaluate_check(PLAN, shown, seen, *SEEN_FROM, options=CheckOptions(settle_ms=0))
    assert hasty.accuracy_deg > 1
    assert hasty.points[0].quality.median_offset_deg == pytest.approx(0, abs=1e-9)
    assert any("elsewhere" in words for words in remedies(hasty))


def test_precision_of_known_noise():
    """Independent noise of 0.2° per axis: SD = 0.2 · sqrt 2, and RMS-S2S is sqrt 2 times that."""
    result = check([(0, 0)] * 5, noise_deg=0.2)
    assert result.sd_deg == pytest.approx(0.2 * math.sqrt(2), rel=0.08)
    assert result.rms_s2s_deg == pytest.approx(0.4, rel=0.08)


def test_measures_of_four_samples_by_hand():
    deviations = np.array([[0, 0], [0.3, 0.4], [9, 9], [0.6, 0.8], [0.6, 0.0]])
    quality = point_quality(deviations, np.array([True, True, False, True, True]), expected=8)
    # Valid x: 0, .3, .6, .6 (mean .375), y: 0, .4, .8, 0 (mean .3). Steps: .5, and .8; not across the gap.
    assert (quality.offset_x_deg, quality.offset_y_deg) == pytest.approx((0.375, 0.3))
    assert quality.rms_s2s_deg == pytest.approx(math.sqrt((0.25 + 0.64) / 2))
    var_x = (0.375**2 + 0.075**2 + 2 * 0.225**2) / 4
    var_y = (2 * 0.3**2 + 0.1**2 + 0.5**2) / 4
    assert quality.sd_deg == pytest.approx(math.sqrt(var_x + var_y))
    assert (quality.n, quality.data_loss) == (4, 0.5)
    assert quality.median_offset_deg == pytest.approx(math.hypot(0.45, 0.2))


def test_lost_samples_are_counted_and_a_lost_point_does_not_count():
    lost = {(2, k) for k in range(40, 150)} | {(0, k) for k in range(40, 62)}
    result = check([(0.5, 0)] * 5, lost=lost)
    losses = [point.quality.data_loss for point in result.points]
    assert losses == pytest.approx([0.2, 0, 1, 0, 0])  # 22 of 110
    assert [point.enough for point in result.points] == [True, True, False, True, True]
    assert math.isnan(result.points[2].quality.offset_deg)
    assert result.accuracy_deg == pytest.approx(0.5)
    assert result.data_loss == pytest.approx(0.24)
    assert "24% of gaze samples are lost" in remedies(result)[0]


def test_samples_that_never_came_are_lost_too():
    shown, seen = gaze([(0, 0)] * 5)
    half = PageGaze(seen.t_ns[::2], seen.xy[::2], seen.valid[::2], RATE_HZ)
    assert evaluate_check(PLAN, shown, half, *SEEN_FROM).data_loss == pytest.approx(0.5)


@pytest.mark.parametrize(("off", "verdict"), [(0.99, "good"), (1.01, "fair"), (1.99, "fair"), (2.01, "poor")])
def test_verdicts(off, verdict):
    assert check([(off, 0)] * 5).verdict == verdict


def test_few_points_give_no_verdict():
    lost = {(i, k) for i in (0, 1, 2) for k in range(150)}
    result = check([(0, 0)] * 5, lost=lost)
    assert result.verdict is Verdict.UNKNOWN
    assert "check again" in remedies(result)[-1]


def test_remedies_say_which_way():
    assert remedies(check([(0.2, 0)] * 5)) == []
    shifted_all = check([(1.2, -0.9)] * 5)
    assert remedies(shifted_all, offer_correction(shifted_all)) == [
        "Gaze is shifted 1.2° to the right and 0.9° up everywhere: recalibrate, or take the correction."
    ]
    assert remedies(shifted_all)[0].endswith("0.9° up everywhere: recalibrate.")
    assert (
        "differently at each point"
        in remedies(check([(1.5, 0), (-1.5, 0), (0, 1.5), (0, -1.5), (1.5, 0)]))[0]
    )
    assert "Near the lower left gaze is off by 3.0°" in remedies(check([(0, 0)] * 4 + [(3, 0)]))[-1]
    assert "jitters" in remedies(check([(0, 0)] * 5, noise_deg=0.6))[0]


def test_a_shift_is_corrected_by_a_translation_and_gaze_is_right_after():
    offer = offer_correction(check([(1.5, -1.0)] * 5, noise_deg=0.2))
    assert offer.correction.kind is CorrectionKind.TRANSLATION
    assert offer.before_deg == pytest.approx(math.hypot(1.5, 1), rel=0.05)
    assert offer.correction.loo_deg < 0.3
    again = check([(1.5, -1.0)] * 5, noise_deg=0.2, seed=2, correction=offer.correction)
    assert again.accuracy_deg < 0.25
    assert again.correction is offer.correction


def test_gaze_that_is_stretched_is_corrected_by_an_affine_map():
    """Gaze lies 8 % too far out: no shift can help, and the point in the middle is right."""
    outwards = [(0, 0), (-1.5, -0.6), (1.5, -0.6), (1.5, 0.6), (-1.5, 0.6)]
    offer = offer_correction(check(outwards))
    assert offer.correction.kind is CorrectionKind.AFFINE
    assert offer.loo_deg[CorrectionKind.AFFINE] < 0.3 < 1 < offer.loo_deg[CorrectionKind.TRANSLATION]
    assert check(outwards, correction=offer.correction).accuracy_deg < 0.1


def test_errors_without_a_pattern_are_not_corrected():
    offer = offer_correction(check([(1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7)]))
    assert offer.correction is None
    assert "No correction helps" in offer.words
    assert min(offer.loo_deg.values()) >= offer.before_deg


def test_two_points_allow_a_translation_one_point_none():
    lost = {(i, k) for i in (2, 3, 4) for k in range(150)}
    offer = offer_correction(check([(2, 0)] * 5, lost=lost))
    assert offer.correction.kind is CorrectionKind.TRANSLATION
    assert CorrectionKind.AFFINE not in offer.loo_deg
    one = offer_correction(check([(2, 0)] * 5, lost=lost | {(1, k) for k in range(150)}))
    assert one.correction is None
    assert "two points" in one.words


def test_a_corrected_check_is_not_corrected_again():
    offer = offer_correction(check([(1.5, 0)] * 5))
    with pytest.raises(ValueError, match="without a correction"):
        offer_correction(check([(1.5, 0)] * 5, correction=offer.correction))


ONE = CheckPlan(PLAN.targets[:1])


def test_a_correction_is_not_advised_where_none_was_found():
    """One point cannot be left out, so nothing can be tried."""
    one = check([(1.6, 0)], plan=ONE)
    offer = offer_correction(one)
    assert offer.correction is None
    assert remedies(one, offer) == ["Gaze is shifted 1.6° to the right everywhere: recalibrate."]


def test_drift_is_growth_of_the_error_at_the_same_point():
    """The middle was off by 0.5° to the right; ten minutes later by 1.8°."""
    base = check([(0.5, 0)] + [(3, 0)] * 4)
    later = check([(1.8, 0)], plan=ONE, at_ms=600_000)
    drift = DriftWatch().judge(base, later, now_ns=later.t_ns + 60_000 * MS)
    assert drift.grown_deg == pytest.approx(1.3)
    assert (drift.drifted, drift.stale) == (True, False)
    assert drift.age_min == pytest.approx(1)
    assert "1.3° more" in drift.words[0]
    assert not DriftWatch(limit_deg=1.5).judge(base, later, later.t_ns).drifted


def test_gaze_that_changed_sides_has_drifted_though_its_error_is_as_large():
    later = check([(-0.6, 0)] * 5, at_ms=9000)
    drift = DriftWatch().judge(check([(0.6, 0)] * 5), later, later.t_ns)
    assert (drift.grown_deg, drift.moved_deg) == pytest.approx((0, 1.2))
    assert drift.drifted
    assert drift.words == (
        "Gaze has moved by 1.2° since the check before: check all five points again and take over what is "
        "found.",
    )
    assert not DriftWatch(limit_deg=1.3).judge(check([(0.6, 0)] * 5), later, later.t_ns).drifted


def test_a_check_grows_old():
    base = check([(0, 0)] * 5)
    young = DriftWatch().judge(base, None, base.t_ns + 19 * 60_000 * MS)
    old = DriftWatch().judge(base, None, base.t_ns + 21 * 60_000 * MS)
    assert (young.words, young.stale) == ((), False)
    assert old.stale
    assert old.words == ("The last check is 21 min old: check all five points again.",)
    assert math.isnan(old.grown_deg)


def test_a_later_check_without_gaze_compares_nothing():
    lost = {(0, k) for k in range(150)}
    drift = DriftWatch().judge(
        check([(0, 0)] * 5), check([(0, 0)], plan=ONE, at_ms=9000, lost=lost), 10_000 * MS
    )
    assert math.isnan(drift.grown_deg)
    assert not drift.drifted


def test_drift_compares_like_with_like():
    base = check([(1.5, 0)] * 5)
    correction = offer_correction(base).correction
    corrected = check([(1.5, 0)], plan=ONE, at_ms=9000, correction=correction)
    with pytest.raises(ValueError, match="same correction"):
        DriftWatch().judge(base, corrected, corrected.t_ns)
    with pytest.raises(ValueError, match="after the other"):
        DriftWatch().judge(corrected, base, corrected.t_ns)


def test_checks_that_cannot_be():
    shown, seen = gaze([(0, 0)] * 5)
    with pytest.raises(ValueError, match="at least one target"):
        evaluate_check(PLAN, [], seen, *SEEN_FROM)
    with pytest.raises(ValueError, match=r"targets 0 … 0 of the plan, got 1"):
        evaluate_check(ONE, shown, seen, *SEEN_FROM)
    with pytest.raises(ValueError, match="time order"):
        PageGaze(seen.t_ns[::-1], seen.xy, seen.valid)
    with pytest.raises(ValueError, match="got positions"):
        PageGaze(seen.t_ns, seen.xy[:5], seen.valid)
    with pytest.raises(ValueError, match="screen_width_mm above 0"):
        Viewing(math.nan, 600)

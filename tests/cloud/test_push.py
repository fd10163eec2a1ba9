"""AOIs sent to Pupil Cloud: compared first, made once, told one by one, and never lost on the way."""

from dataclasses import replace

import pytest

from cloud.fake_cloud import AOIS, Trick
from cloud.masks import box_url, pixels_of
from cloud.shelf import BOTTLE, FLAG, KEY, SIZE_HW
from dwell.cloud import PushPlan, plan_push, push
from dwell.errors import Cancelled, CloudError
from dwell.masks import Mask

THEIRS = {
    "id": "x-1",
    "name": "bottle",
    "color": "#000000",
    "mask_image_data_url": box_url(48, 36, 0, 0, 9, 9),
}
"""An AOI that someone drew in Cloud, of the same name as one of ours."""


def planned(cloud, place, *uploads, key=KEY, **more) -> PushPlan:
    return plan_push(cloud, place, uploads, key, **more)


def words(plan: PushPlan) -> list[str]:
    return [each.what for each in plan.aois]


def send(cloud, place, *uploads, key=KEY) -> dict[str, str]:
    """name → why it failed, or nothing."""
    report = push(cloud, planned(cloud, place, *uploads, key=key))
    return {each.name: "" if each.done else each.why for each in report.outcomes}


def test_a_new_aoi_is_described_in_the_apis_words(fake, cloud, place):
    assert send(cloud, place, BOTTLE) == {"bottle": ""}
    (there,) = fake.aois
    words = "id name color description enrichment_id created_at updated_at mask_image_data_url"
    assert set(there) == set(words.split())
    assert (there["name"], there["color"], there["enrichment_id"]) == ("bottle", "#d55e00", "en-1")
    pixels = pixels_of(there["mask_image_data_url"])
    assert pixels.shape == (36, 48, 4)
    assert pixels[5, 4].tolist() == [0xD5, 0x5E, 0x00, 255]
    assert (pixels[..., 3] == 255).sum() == 8 * 20
    assert (pixels[..., 3] == 0).sum() == 36 * 48 - 8 * 20


def test_a_dry_run_asks_and_changes_nothing(fake, cloud, place):
    fake.aois = [THEIRS]
    plan = planned(cloud, place, BOTTLE, FLAG)
    assert words(plan) == ["create", "create"]
    assert [each.id for each in plan.foreign] == ["x-1"]
    assert {method for method, _, _ in fake.asked} == {"GET"}


def test_sending_again_changes_nothing(fake, cloud, place):
    send(cloud, place, BOTTLE, FLAG)
    before = [dict(aoi) for aoi in fake.aois]
    assert words(planned(cloud, place, BOTTLE, FLAG)) == ["unchanged", "unchanged"]
    assert send(cloud, place, BOTTLE, FLAG) == {"bottle": "", "flag": ""}
    assert fake.aois == before
    assert (fake.n_asked("POST"), fake.n_asked("PATCH"), fake.n_asked("DELETE")) == (2, 0, 0)


@pytest.mark.parametrize("takes_patch", [True, False])
@pytest.mark.parametrize("keeps_ids", [True, False])
@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"name": "big bottle"}, "rename"),
        ({"colour": "#009e73"}, "recolour"),
        ({"mask": Mask.from_box((4, 5, 13, 25), SIZE_HW)}, "replace mask"),
        ({"name": "jar", "colour": "#009e73"}, "rename, recolour"),
    ],
)
def test_changes_are_told_apart_and_made(fake, cloud, place, takes_patch, keeps_ids, change, what):
    fake.takes_patch, fake.keeps_ids = takes_patch, keeps_ids
    fake.aois = [THEIRS]
    send(cloud, place, BOTTLE, FLAG)
    changed = replace(BOTTLE, **change)
    assert words(planned(cloud, place, changed, FLAG)) == [what, "unchanged"]
    assert send(cloud, place, changed, FLAG) == {changed.name: "", "flag": ""}
    assert sorted(fake.names()) == sorted(["bottle", changed.name, "flag"])
    assert fake.aois[0] == THEIRS
    assert words(planned(cloud, place, changed, FLAG)) == ["unchanged", "unchanged"]
    assert fake.n_asked("DELETE") == (0 if takes_patch else 1)


def test_the_old_aoi_stays_until_the_new_one_is_there(fake, cloud, place):
    send(cloud, place, BOTTLE)
    fake.takes_patch = False
    fake.play(Trick("POST", AOIS, 400, says="quota reached"))
    failed = send(cloud, place, replace(BOTTLE, name="jar"))
    assert "quota reached" in failed["jar"]
    assert fake.names() == ["bottle"]
    assert fake.n_asked("DELETE") == 0


def test_a_new_aoi_that_cloud_does_not_show_costs_nothing(fake, cloud, place):
    """Each POST is answered well, and lost: the old one must stay."""
    send(cloud, place, BOTTLE)
    fake.takes_patch = False
    lost = Trick("POST", AOIS, 201, body=b'{"status": "success", "result": {"id": "nowhere"}}')
    fake.play(lost, lost)
    failed = send(cloud, place, replace(BOTTLE, name="jar"))
    assert "does not show this as it was sent: AOI" in failed["jar"]
    assert fake.names() == ["bottle"]


def test_an_old_copy_that_could_not_be_deleted_is_deleted_next_time(fake, cloud, place):
    send(cloud, place, BOTTLE)
    fake.takes_patch = False
    fake.play(Trick("DELETE", AOIS, 403, says="not today"))
    jar = replace(BOTTLE, name="jar")
    assert "its old copy was not deleted" in send(cloud, place, jar)["jar"]
    assert fake.names() == ["bottle", "jar"]
    assert words(planned(cloud, place, jar)) == ["unchanged, remove old copy"]
    assert send(cloud, place, jar) == {"jar": ""}
    assert fake.names() == ["jar"]


def test_a_change_that_cloud_takes_and_forgets_is_made_anew(fake, cloud, place):
    send(cloud, place, BOTTLE)
    fake.play(Trick("PATCH", AOIS, 200, body=b'{"status": "success", "result": {}}'))
    assert send(cloud, place, replace(BOTTLE, name="jar")) == {"jar": ""}
    assert fake.names() == ["jar"]


def test_what_fails_hinders_no_other_and_the_same_again_does_the_rest(fake, cloud, place):
    cup = replace(FLAG, object_id=3, name="cup")
    fake.play(Trick("POST", AOIS, 201, body=b""), Trick("POST", AOIS, 422, says="mask too large"))
    failed = send(cloud, place, BOTTLE, FLAG, cup)
    assert "does not show" in failed["bottle"]
    assert "mask too large" in failed["flag"]
    assert failed["cup"] == ""
    assert fake.names() == ["cup"]
    assert words(planned(cloud, place, BOTTLE, FLAG, cup)) == ["create", "create", "unchanged"]
    assert send(cloud, place, BOTTLE, FLAG, cup) == {"bottle": "", "flag": "", "cup": ""}
    assert sorted(fake.names()) == ["bottle", "cup", "flag"]


def test_when_the_token_is_refused_no_more_are_tried(fake, cloud, place):
    plan = planned(cloud, place, BOTTLE, FLAG)
    fake.play(Trick("POST", AOIS, 403))
    report = push(cloud, plan)
    assert [each.name for each in report.failed] == ["bottle", "flag"]
    assert "may not do this" in report.outcomes[0].why
    assert report.outcomes[1].why.startswith("Not tried")
    assert fake.n_asked("POST") == 1


def test_what_was_sent_but_cannot_be_read_back_is_told(fake, cloud, place):
    plan = planned(cloud, place, BOTTLE)
    fake.play(*[Trick("GET", AOIS, 500)] * 4)
    (outcome,) = push(cloud, plan).outcomes
    assert outcome.done
    assert outcome.why.startswith("Sent, but not read back")


def test_stopping_keeps_what_was_sent(fake, cloud, place):
    def show(done, total):
        if done == 1:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        push(cloud, planned(cloud, place, BOTTLE, FLAG), show)
    assert fake.names() == ["bottle"]
    assert words(planned(cloud, place, BOTTLE, FLAG)) == ["unchanged", "create"]


def test_progress_counts_to_the_end(cloud, place):
    seen = []
    push(cloud, planned(cloud, place, BOTTLE, FLAG), lambda *at: seen.append(at))
    assert seen == [(0, 3), (1, 3), (3, 3)]


def test_cloud_may_keep_masks_smaller(fake, cloud, place):
    large = replace(BOTTLE, mask=Mask.from_box((400, 300, 1400, 900), (1200, 1600)))
    fake.mask_side = 1024
    assert send(cloud, place, large) == {"bottle": ""}
    assert words(planned(cloud, place, large)) == ["unchanged"]
    moved = replace(large, mask=Mask.from_box((440, 300, 1440, 900), (1200, 1600)))
    assert words(planned(cloud, place, moved)) == ["replace mask"]


def test_masks_of_another_picture_are_refused(fake, cloud, place):
    with pytest.raises(CloudError, match="mask of bottle is 48×36 px, and the reference image 400×300 px"):
        planned(cloud, place, BOTTLE, reference_hw=(300, 400))
    fake.aois = [THEIRS | {"mask_image_data_url": box_url(36, 48, 0, 0, 9, 9)}]
    with pytest.raises(
        CloudError, match="48×36 px, and the AOI bottle in Pupil Cloud lies on a picture of 36×48"
    ):
        planned(cloud, place, BOTTLE)
    fake.aois = [THEIRS | {"mask_image_data_url": box_url(24, 18, 0, 0, 9, 9)}]
    assert words(planned(cloud, place, BOTTLE)) == ["create"]


def test_two_projects_and_those_who_draw_in_cloud_keep_apart(fake, cloud, place):
    fake.aois = [THEIRS]
    other = KEY[::-1]
    send(cloud, place, BOTTLE)
    send(cloud, place, replace(BOTTLE, colour="#009e73"), key=other)
    assert fake.names() == ["bottle"] * 3
    plan = planned(cloud, place, FLAG)
    assert [each.name for each in plan.orphans] == ["bottle"]
    assert len(plan.foreign) == 2
    send(cloud, place, FLAG)
    assert fake.names() == ["bottle"] * 3 + ["flag"]


def test_a_mask_that_cloud_does_not_show_is_no_reason_for_copies(fake, cloud, place):
    send(cloud, place, BOTTLE)
    fake.aois[0]["mask_image_data_url"] = None
    fake.play(Trick("PATCH", AOIS, 200, body=b'{"status": "success", "result": {}}'))
    assert send(cloud, place, BOTTLE) == {"bottle": ""}
    assert len(fake.aois) == 1

"""Deleting in Pupil Cloud: what was named, and nothing else."""

import pytest

from cloud.fake_cloud import AOIS, Trick
from dwell.cloud import choose_aois, remove_aois
from dwell.errors import CloudMissing


@pytest.fixture(autouse=True)
def four(fake):
    fake.aois = [{"id": f"a-{n}", "name": name} for n, name in enumerate(("cup", "flag", "flag", "jar"))]


def test_only_what_was_named_goes(fake, cloud, place):
    removed = remove_aois(cloud, place, choose_aois(cloud.aois(place), ["cup", "a-2"]))
    assert [each.id for each in removed.gone] == ["a-0", "a-2"]
    assert [each["id"] for each in fake.aois] == ["a-1", "a-3"]


def test_a_name_that_two_have_needs_the_id(cloud, place):
    with pytest.raises(CloudMissing, match="2 AOIs .* named 'flag'; give the id: a-1, a-2"):
        choose_aois(cloud.aois(place), ["flag"])


def test_a_name_that_none_has_is_told_with_those_there(cloud, place):
    with pytest.raises(CloudMissing, match="no AOI 'mug'; it has: cup, flag, jar"):
        choose_aois(cloud.aois(place), ["cup", "mug"])


def test_what_stays_is_told(fake, cloud, place):
    fake.play(Trick("DELETE", AOIS, 403, says="viewers may not"))
    removed = remove_aois(cloud, place, choose_aois(cloud.aois(place), ["cup"]))
    assert [each.name for each in removed.left] == ["cup"]
    assert "viewers may not" in removed.why


def test_a_deletion_whose_answer_gets_lost_is_done(fake, cloud, place):
    fake.play(Trick("DELETE", AOIS, cut="after"))
    removed = remove_aois(cloud, place, choose_aois(cloud.aois(place), ["jar"]))
    assert [each.name for each in removed.gone] == ["jar"]
    assert fake.names() == ["cup", "flag", "flag"]

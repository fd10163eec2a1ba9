"""Asking Pupil Cloud: lists, errors with what to do next, asking again, and the key's way."""

import httpx
import pytest

from cloud.fake_cloud import AOIS, EVENTS, SECRET, Trick
from cloud.masks import box_url
from dwell.cloud import CloudEvent, PupilCloud, Retry, Token, parse_address
from dwell.cloud.retry import wait_asked_for_s
from dwell.errors import (
    CloudBusy,
    CloudError,
    CloudFault,
    CloudMissing,
    CloudRefused,
    CloudUnreachable,
    MissingToken,
)


def an_aoi(number: int) -> dict:
    return {
        "id": f"a-{number}",
        "name": f"AOI {number}",
        "color": "#FF8800",
        "mask_image_data_url": box_url(8, 6, 0, 0, number, 1),
    }


def test_everything_is_listed(cloud):
    assert [each.name for each in cloud.workspaces()] == ["Lab"]
    workspace = parse_address("workspaces/ws-1")
    assert [each.id for each in cloud.recordings(workspace)] == ["rec-1", "rec-2"]
    assert cloud.recordings(workspace)[0].duration_ns == 12_500_000_000
    assert [each.name for each in cloud.projects("ws-1")] == ["Bakery"]
    project = parse_address("workspaces/ws-1/projects/pr-1")
    assert [each.id for each in cloud.recordings(project)] == ["rec-1"]
    assert [each.kind for each in cloud.enrichments(project)] == ["reference_image_mapper"]


@pytest.mark.parametrize("page_size", [None, 1, 2, 3, 10])
def test_lists_come_whole_in_pages_or_at_once(fake, cloud, place, page_size):
    fake.aois, fake.page_size = [an_aoi(n) for n in (1, 2, 3)], page_size
    found = cloud.aois(place)
    assert [(each.id, each.colour, each.mask.area) for each in found] == [
        ("a-1", "#ff8800", 1),
        ("a-2", "#ff8800", 2),
        ("a-3", "#ff8800", 3),
    ]


def test_half_a_list_is_an_error(fake, cloud):
    body = b'{"status": "success", "result": [], "total": 7}'
    fake.play(Trick("GET", "/workspaces/", 200, body=body))
    with pytest.raises(CloudFault, match="lists 0 of 7"):
        cloud.workspaces()


# -------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (401, CloudRefused, "make a new one at https://cloud.pupil-labs.com/settings/developer"),
        (403, CloudRefused, "ask the workspace's owner"),
        (404, CloudMissing, "check the address"),
        (400, CloudFault, "answered 400: as told"),
    ],
)
def test_what_asking_again_cannot_help_is_told_at_once(fake, cloud, naps, status, error, says):
    fake.play(Trick("GET", "/workspaces/", status))
    with pytest.raises(error, match=says) as caught:
        cloud.workspaces()
    assert "as told" in str(caught.value)
    assert (caught.value.status, naps, fake.n_asked("GET")) == (status, [], 1)


@pytest.mark.parametrize(
    ("trick", "error", "says"),
    [
        ({"status": 429}, CloudBusy, "run the same again in some minutes"),
        ({"status": 503, "says": "still uploading"}, CloudBusy, "still uploading"),
        ({"status": 500}, CloudFault, "a fault there; try again later"),
        ({"cut": "before"}, CloudUnreachable, "breaks the connection off"),
        ({"cut": "amid"}, CloudUnreachable, "breaks the connection off"),
    ],
)
def test_passing_trouble_is_sat_out_and_lasting_trouble_told(fake, cloud, naps, trick, error, says):
    fake.play(*[Trick("GET", "/workspaces/", **trick)] * 3)
    assert [each.name for each in cloud.workspaces()] == ["Lab"]
    assert all(low <= nap <= 2 * low for nap, low in zip(naps, (0.5, 1, 2), strict=True))

    fake.play(*[Trick("GET", "/workspaces/", **trick)] * 4)
    with pytest.raises(error, match=says):
        cloud.workspaces()


def test_a_server_that_names_a_time_is_left_alone_until_then(fake, cloud, naps):
    fake.play(Trick("GET", "/workspaces/", 429, headers={"Retry-After": "17"}))
    cloud.workspaces()
    assert naps == [17]
    fake.play(Trick("GET", "/workspaces/", 503, headers={"Retry-After": "1800"}))
    with pytest.raises(CloudBusy, match="come back in 30 minutes"):
        cloud.workspaces()
    assert naps == [17]


def test_retry_after_may_be_a_date():
    from datetime import UTC, datetime

    now = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)
    assert wait_asked_for_s("Thu, 01 Jan 2026 12:00:30 GMT", now) == 30
    assert wait_asked_for_s("Thu, 01 Jan 2026 11:00:00 GMT", now) == 0
    assert wait_asked_for_s("soon", now) is None


def test_a_slow_answer_is_given_up(fake, cloud, monkeypatch):
    monkeypatch.setattr(cloud.wire._client, "timeout", httpx.Timeout(0.05))
    fake.play(*[Trick("GET", "/workspaces/", delay_s=0.3)] * 4)
    with pytest.raises(CloudUnreachable, match="does not answer in time"):
        cloud.workspaces()


def test_nobody_there_is_told(retry):
    with (
        PupilCloud(Token(SECRET), base_url="http://127.0.0.1:9", retry=retry) as nowhere,
        pytest.raises(CloudUnreachable, match="cannot be reached.*check the network"),
    ):
        nowhere.workspaces()


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"[]", b'{"status": "success"', b"\xff"])
def test_what_is_no_answer_is_told(fake, cloud, body):
    fake.play(Trick("GET", "/workspaces/", 200, body=body))
    with pytest.raises(CloudFault, match="no JSON object"):
        cloud.workspaces()


def test_a_garbled_answer_is_told(fake, cloud):
    fake.play(*[Trick("GET", "/workspaces/", 200, body=b"no gzip", headers={"Content-Encoding": "gzip"})] * 4)
    with pytest.raises(CloudUnreachable, match="garbled"):
        cloud.workspaces()


def test_an_address_that_is_none_is_told(fake, cloud):
    fake.play(*[Trick("GET", "/workspaces/", 302, body=b"", headers={"Location": "http://[:bad"})] * 4)
    with pytest.raises(CloudUnreachable):
        cloud.workspaces()
    body = b'{"status": "success", "result": [], "next": "http://[:bad"}'
    fake.play(Trick("GET", "/workspaces/", 200, body=body))
    with pytest.raises(CloudFault, match="names an address that is none"):
        cloud.workspaces()


@pytest.mark.parametrize("body", [b"", b'{"status": "success"}', b'{"result": null}'])
def test_a_good_answer_may_say_little(fake, cloud, place, body):
    fake.play(Trick("POST", AOIS, 201, body=body), Trick("PATCH", AOIS, 200, body=body))
    assert cloud.add_aoi(place, an_aoi(1) | {"description": "marked"}) == "a-1"
    cloud.edit_aoi(place, "a-1", {"name": "x"})
    assert fake.n_asked("POST") == fake.n_asked("PATCH") == 1


def test_a_failure_in_a_good_envelope_is_a_failure(fake, cloud):
    fake.play(Trick("GET", "/workspaces/", 200, body=b'{"status": "error", "message": "quota"}'))
    with pytest.raises(CloudFault, match="quota"):
        cloud.workspaces()


# -------------------------------------------------------------------- once only


@pytest.mark.parametrize(
    "trick", [{"cut": "before"}, {"cut": "after"}, {"cut": "amid"}, {"status": 502}, {"status": 429}]
)
@pytest.mark.parametrize("keeps_ids", [True, False])
def test_an_aoi_is_made_once_whatever_gets_lost(fake, cloud, place, trick, keeps_ids):
    fake.keeps_ids = keeps_ids
    fake.play(Trick("POST", AOIS, **trick))
    made = cloud.add_aoi(place, an_aoi(1) | {"description": "marked"})
    assert [aoi["id"] for aoi in fake.aois] == [made]


@pytest.mark.parametrize("trick", [{"cut": "before"}, {"cut": "after"}, {"status": 503}])
def test_an_event_is_added_once_whatever_gets_lost(fake, cloud, trick):
    fake.play(Trick("POST", EVENTS, **trick))
    cloud.add_event("ws-1", "rec-1", CloudEvent("cup entry", 1.25), 0.001)
    assert [(each["name"], each["offset_s"]) for each in fake.events] == [("cup entry", 1.25)]


def test_an_aoi_that_is_refused_is_not_sent_again(fake, cloud, place):
    with pytest.raises(CloudFault, match="name is required"):
        cloud.add_aoi(place, an_aoi(1) | {"name": "", "description": "marked"})
    assert fake.n_asked("POST") == 1


# -------------------------------------------------------------------- the key's way


def test_the_key_goes_to_the_api_and_not_to_the_storage(fake, cloud, place, tmp_path):
    from dwell.cloud import parcels_at, pull

    fake.to_storage = True
    pull(cloud, parcels_at(cloud, place)[0], tmp_path)
    assert all(headers["api-key"] == SECRET for _, _, headers in fake.asked)
    assert len(fake.asked_storage) == 1
    assert SECRET not in str(fake.asked_storage)


def test_the_key_goes_to_no_other_host_even_for_the_next_page(fake, cloud):
    body = f'{{"status": "success", "result": [], "next": "{fake.storage_url}/more"}}'
    fake.play(Trick("GET", "/workspaces/", 200, body=body.encode()))
    with pytest.raises(CloudError):
        cloud.workspaces()
    assert fake.asked_storage
    assert SECRET not in str(fake.asked_storage)


def test_what_is_to_be_changed_follows_no_redirect_elsewhere(fake, cloud, place):
    fake.play(Trick("POST", AOIS, 307, headers={"Location": f"{fake.storage_url}/x"}, body=b""))
    with pytest.raises(CloudFault, match="does not trust"):
        cloud.add_aoi(place, an_aoi(1) | {"description": "marked"})
    assert fake.asked_storage == []


def test_redirects_end(fake, cloud):
    there = {"Location": "/v2/workspaces/"}
    fake.play(*[Trick("GET", "/workspaces/", 302, headers=there, body=b"")] * 5)
    with pytest.raises(CloudFault, match="without end"):
        cloud.workspaces()


def test_a_redirect_on_the_same_server_keeps_the_request(fake, cloud, place):
    there = {"Location": f"/v2{AOIS}/"}
    fake.play(Trick("POST", AOIS, 308, headers=there, body=b""))
    cloud.add_aoi(place, an_aoi(1) | {"description": "marked"})
    assert fake.names() == ["AOI 1"]


def test_a_server_that_is_no_address_is_refused():
    with pytest.raises(CloudError, match="correct DWELL_PUPIL_CLOUD_URL"):
        PupilCloud(Token(SECRET), base_url="http://[:bad")


def test_no_token_goes_over_an_open_line():
    with pytest.raises(CloudError, match="in the open"):
        PupilCloud(Token(SECRET), base_url="http://cloud.example.org/v2")


def test_without_a_token_the_message_says_where_to_get_one():
    with pytest.raises(MissingToken, match=r"settings/developer.*dwell cloud login.*DWELL_PUPIL_CLOUD_TOKEN"):
        PupilCloud(retry=Retry())

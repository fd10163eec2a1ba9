"""Downloads: whole or not at all, going on where they stopped, and not twice."""

import base64
import hashlib

import pytest

from cloud.fake_cloud import PAGE, Trick, zip_of
from dwell.cloud import parcels_at, parse_address, pull
from dwell.cloud.downloads import safe_name
from dwell.errors import Cancelled, CloudBusy, CloudFault, CloudUnreachable, OutputError

EXPORT = "/enrichments/en-1/export"


@pytest.fixture
def parcel(cloud, place):
    return parcels_at(cloud, place)[0]


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_enrichment_arrives_whole(fake, cloud, parcel, tmp_path):
    seen = []
    got = pull(cloud, parcel, tmp_path / "new", lambda *at: seen.append(at))
    assert got.path == tmp_path / "new" / "Bakery shelf-en-1.zip"
    assert got.path.read_bytes() == fake.enrichment_zip
    n_bytes = len(fake.enrichment_zip)
    assert (got.n_bytes, got.was_here) == (n_bytes, False)
    assert seen[0] == (0, n_bytes)
    assert seen[-1] == (n_bytes, n_bytes)
    assert left_in(tmp_path / "new") == [got.path.name]


@pytest.mark.parametrize("to_storage", [False, True])
def test_a_server_that_wants_post_is_asked_so(fake, cloud, parcel, tmp_path, to_storage):
    fake.to_storage = to_storage
    fake.play(Trick("GET", EXPORT, 405))
    assert pull(cloud, parcel, tmp_path).path.read_bytes() == fake.enrichment_zip
    assert fake.n_asked("POST", EXPORT) == 1


def test_recordings_and_projects_are_lists_of_parcels(fake, cloud, tmp_path):
    address = parse_address("https://cloud.pupil-labs.com/workspaces/ws-1/recordings?id=rec-1")
    (recording,) = parcels_at(cloud, address)
    assert recording.file_name == "2025-10-17_17-53-08-rec-1.zip"
    assert pull(cloud, recording, tmp_path).path.read_bytes() == fake.recording_zip
    assert any("recordings:raw-data-export?ids=rec-1" in path for _, path, _ in fake.asked)
    whole = parcels_at(cloud, parse_address(PAGE.partition("/enrichments")[0]))
    assert [each.kind for each in whole] == ["recording", "enrichment"]


@pytest.mark.parametrize("to_storage", [False, True])
def test_a_download_goes_on_where_it_broke_off(fake, cloud, parcel, tmp_path, to_storage):
    fake.to_storage = to_storage
    where, asked = ("storage", fake.asked_storage) if to_storage else (EXPORT, fake.asked)
    fake.play(Trick("GET", where, cut="amid"))
    assert pull(cloud, parcel, tmp_path).path.read_bytes() == fake.enrichment_zip
    half = len(fake.enrichment_zip) // 2
    assert asked[-1][2]["Range"] == f"bytes={half}-"


def test_without_ranges_it_starts_anew(fake, cloud, parcel, tmp_path):
    fake.takes_ranges = False
    fake.play(Trick("GET", EXPORT, cut="amid"))
    assert pull(cloud, parcel, tmp_path).path.read_bytes() == fake.enrichment_zip
    assert "Range" not in fake.asked[-1][2]


def test_a_part_of_an_older_version_is_thrown_away(fake, cloud, parcel, tmp_path):
    fake.play(*[Trick("GET", EXPORT, cut="amid"), *[Trick("GET", EXPORT, cut="before")] * 30])
    with pytest.raises(CloudUnreachable):
        pull(cloud, parcel, tmp_path)
    assert left_in(tmp_path) == [f"{parcel.file_name}.part", f"{parcel.file_name}.part.json"]
    fake.tricks.clear()
    fake.enrichment_zip = zip_of({"Bakery/gaze.csv": b"another version\n" * 9000})
    assert pull(cloud, parcel, tmp_path).path.read_bytes() == fake.enrichment_zip
    assert left_in(tmp_path) == [parcel.file_name]


def test_a_connection_that_breaks_again_and_again_is_told(fake, cloud, parcel, tmp_path):
    fake.takes_ranges = False
    fake.play(*[Trick("GET", EXPORT, cut="amid")] * 4)
    with pytest.raises(CloudUnreachable, match="breaks off again and again"):
        pull(cloud, parcel, tmp_path)
    assert not (tmp_path / parcel.file_name).exists()


def test_stopping_keeps_what_has_come(fake, cloud, parcel, tmp_path):
    fake.enrichment_zip = zip_of({"Bakery/gaze.csv": b"0123456789abcdef" * 100_000})

    def stop(done, total):
        if done:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        pull(cloud, parcel, tmp_path, stop)
    n_bytes = (tmp_path / f"{parcel.file_name}.part").stat().st_size
    assert n_bytes > 0
    assert pull(cloud, parcel, tmp_path).path.read_bytes() == fake.enrichment_zip
    assert fake.asked[-1][2]["Range"] == f"bytes={n_bytes}-"


def test_what_is_here_already_is_not_fetched_again(fake, cloud, parcel, tmp_path):
    pull(cloud, parcel, tmp_path)
    seen = []
    assert pull(cloud, parcel, tmp_path, lambda *at: seen.append(at)).was_here
    assert seen == []
    fake.enrichment_zip = zip_of({"Bakery/gaze.csv": b"new AOIs\n" * 9000})
    assert not pull(cloud, parcel, tmp_path).was_here
    assert (tmp_path / parcel.file_name).read_bytes() == fake.enrichment_zip


def test_an_enrichment_without_a_digest_is_fetched_again_and_a_recording_is_not(
    fake, cloud, parcel, tmp_path
):
    fake.tells_length = fake.takes_ranges = False
    (recording,) = parcels_at(cloud, parse_address("workspaces/ws-1/recordings/rec-1"))
    for each in (parcel, recording):
        pull(cloud, each, tmp_path)
    assert not pull(cloud, parcel, tmp_path).was_here
    assert pull(cloud, recording, tmp_path).was_here
    assert not pull(cloud, recording, tmp_path, again=True).was_here


def test_a_download_that_is_still_made_is_waited_for(fake, cloud, parcel, naps, tmp_path):
    fake.play(Trick("GET", EXPORT, 202), Trick("GET", EXPORT, 202, headers={"Retry-After": "9"}))
    seen = []
    pull(cloud, parcel, tmp_path, lambda *at: seen.append(at))
    assert len(naps) == 2
    assert naps[1] == 9
    assert seen[:2] == [(0, 0), (0, 0)]


def test_waiting_ends(fake, cloud, parcel, naps, tmp_path):
    fake.play(*[Trick("GET", EXPORT, 202)] * 200)
    with pytest.raises(CloudBusy, match="still making this download after 30 minutes"):
        pull(cloud, parcel, tmp_path)
    assert 1800 <= sum(naps) <= 1830


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-MD5": base64.b64encode(hashlib.md5(b"else").digest()).decode()},
        {"x-goog-hash": f"crc32c=AAAAAA==,md5={base64.b64encode(hashlib.md5(b'else').digest()).decode()}"},
        {"ETag": f'"{hashlib.md5(b"else").hexdigest()}"'},
    ],
    ids=["Content-MD5", "x-goog-hash", "ETag"],
)
def test_a_wrong_digest_is_damage(fake, cloud, parcel, tmp_path, headers):
    fake.takes_ranges = False
    fake.play(*[Trick("GET", EXPORT, headers=headers)] * 2)
    with pytest.raises(CloudFault, match="came damaged: its digest is wrong"):
        pull(cloud, parcel, tmp_path)
    assert left_in(tmp_path) == []


def test_damage_in_the_zip_is_seen_and_once_repaired(fake, cloud, parcel, tmp_path):
    fake.takes_ranges = False
    good = fake.enrichment_zip
    bad = good[:5000] + bytes([good[5000] ^ 1]) + good[5001:]
    fake.play(Trick("GET", EXPORT, body=bad))
    assert pull(cloud, parcel, tmp_path).path.read_bytes() == good
    fake.play(*[Trick("GET", EXPORT, body=bad)] * 2)
    with pytest.raises(CloudFault, match="Bakery/gaze.csv in it is broken"):
        pull(cloud, parcel, tmp_path)
    assert (tmp_path / parcel.file_name).read_bytes() == good


def test_half_a_zip_of_unknown_length_is_no_zip(fake, cloud, parcel, tmp_path):
    fake.tells_length = fake.takes_ranges = False
    fake.play(*[Trick("GET", EXPORT, body=fake.enrichment_zip[:9000])] * 2)
    with pytest.raises(CloudFault, match="no whole zip"):
        pull(cloud, parcel, tmp_path)


def test_a_message_instead_of_a_zip_is_told(fake, cloud, parcel, tmp_path):
    fake.play(Trick("GET", EXPORT, 200, body=b"{}", headers={"Content-Type": "application/json"}))
    with pytest.raises(CloudFault, match="no zip but a message"):
        pull(cloud, parcel, tmp_path)


def test_a_folder_that_cannot_be_made_is_told(cloud, parcel, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="choose another folder"):
        pull(cloud, parcel, tmp_path / "file")


def test_names_suit_every_system_and_stay_apart():
    assert safe_name('a/b\\c:"d"?*', "0123456789") == "a-b-c-d-01234567.zip"
    assert safe_name("../..", "id-1") == "unnamed-id-1.zip"
    assert safe_name("ü" * 300, "id-1") == "ü" * 80 + "-id-1.zip"

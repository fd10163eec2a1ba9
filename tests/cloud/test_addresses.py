"""What people paste from the browser, and what of it counts."""

import pytest

from dwell.cloud import CloudAddress, parse_address
from dwell.errors import CloudMissing

HOST = "https://cloud.pupil-labs.com"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{HOST}/workspaces/w-1/projects/p-1/enrichments/e-1", CloudAddress("w-1", "p-1", "e-1")),
        (
            f" {HOST}/workspaces/w-1/projects/p-1/enrichments/e-1/aois/?x=1#top\n",
            CloudAddress("w-1", "p-1", "e-1"),
        ),
        ("https://api.cloud.pupil-labs.com/v2/workspaces/w-1/projects/p-1", CloudAddress("w-1", "p-1")),
        ("workspaces/default/projects/p-1/", CloudAddress("default", "p-1")),
        (f"{HOST}/workspaces/w-1", CloudAddress("w-1")),
        (f"{HOST}/workspaces/w-1/recordings", CloudAddress("w-1")),
        (
            f"{HOST}/workspaces/w-1/recordings?sort=name&id=r-1&id=r-2",
            CloudAddress("w-1", None, None, ("r-1", "r-2")),
        ),
        (f"{HOST}/workspaces/w-1/recordings/r-1?id=r-1", CloudAddress("w-1", None, None, ("r-1",))),
        (f"{HOST}/analysis?workspace=w-1&project=p-1&enrichment=e-1", CloudAddress("w-1", "p-1", "e-1")),
        (f"{HOST}/workspaces/w-1/projects/p-1/recordings/r-1", CloudAddress("w-1", "p-1", None, ("r-1",))),
    ],
)
def test_an_address_names_a_place(text, place):
    assert parse_address(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/workspaces/w-1/projects/p-1/enrichments/e-1",
        "https://pupil-labs.com.example.org/workspaces/w-1",
        "https://cloud.pupil-labs.com/projects/p-1",
        "https://cloud.pupil-labs.com/workspaces/w-1/enrichments/e-1",
        "ftp://cloud.pupil-labs.com/workspaces/w-1",
        "workspaces/../projects/p-1",
        "workspaces/w%2F1",
        "hello",
        "",
    ],
)
def test_other_addresses_are_refused_with_an_example(text):
    with pytest.raises(
        CloudMissing, match="https://cloud.pupil-labs.com/workspaces/…/projects/…/enrichments/…"
    ):
        parse_address(text)


def test_the_wrong_kind_of_place_is_named():
    with pytest.raises(CloudMissing, match="Expected the address of an enrichment, got that of a project"):
        parse_address("workspaces/w/projects/p").expected("enrichment")

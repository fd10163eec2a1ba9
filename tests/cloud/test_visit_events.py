"""Visits to AOIs as events of the recording in Pupil Cloud."""

import pandas as pd
import pytest

from cloud.fake_cloud import EVENTS, Trick
from dwell.cloud import events_of_visits, plan_events, write_events
from dwell.errors import Cancelled, CloudError

START_NS = 1_760_000_000_123_456_789


@pytest.fixture
def visits():
    """A visit to the cup from 1.25 to 2.5 s, one to the book from 2 to 3.000000001 s."""
    return pd.DataFrame(
        {
            "aoi label": ["cup", "book"],
            "start timestamp [ns]": [START_NS + 1_250_000_000, START_NS + 2_000_000_000],
            "end timestamp [ns]": [START_NS + 2_500_000_000, START_NS + 3_000_000_001],
        }
    )


EXPECTED = [("cup entry", 1.25), ("book entry", 2.0), ("cup exit", 2.5), ("book exit", 3.000000001)]


def there(fake):
    return [(each["name"], each["offset_s"]) for each in fake.events]


def test_each_visit_is_an_entry_and_an_exit_to_the_nanosecond(fake, cloud, visits):
    plan = plan_events(cloud, "ws-1", "rec-1", events_of_visits(visits, START_NS))
    assert there(fake) == []
    report = write_events(cloud, plan)
    assert (len(report.added), report.failed) == (4, ())
    assert there(fake) == EXPECTED


def test_the_same_again_adds_nothing_within_a_millisecond(fake, cloud, visits):
    fake.events = [{"name": name, "offset_s": offset_s + 0.0009} for name, offset_s in EXPECTED[:3]]
    fake.events.append({"name": "book exit", "offset_s": 3.002})
    plan = plan_events(cloud, "ws-1", "rec-1", events_of_visits(visits, START_NS))
    assert [(each.name, each.offset_s) for each in plan.new] == EXPECTED[3:]
    assert len(plan.there) == 3


def test_what_failed_is_told_and_the_same_again_does_it(fake, cloud, visits):
    events = events_of_visits(visits, START_NS)
    plan = plan_events(cloud, "ws-1", "rec-1", events)
    fake.play(Trick("POST", EVENTS), Trick("POST", EVENTS, 403, says="viewers may not"))
    report = write_events(cloud, plan)
    assert (len(report.added), len(report.failed)) == (1, 3)
    assert "viewers may not" in report.why
    write_events(cloud, plan_events(cloud, "ws-1", "rec-1", events))
    assert there(fake) == EXPECTED


def test_stopping_keeps_what_was_added(fake, cloud, visits):
    def show(done, total):
        if done == 2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        write_events(cloud, plan_events(cloud, "ws-1", "rec-1", events_of_visits(visits, START_NS)), show)
    assert there(fake) == EXPECTED[:2]


def test_another_recordings_start_is_noticed(visits):
    with pytest.raises(CloudError, match="before the recording's start"):
        events_of_visits(visits, START_NS + 10**12)


def test_no_visits_are_no_events(visits):
    assert events_of_visits(visits.head(0), START_NS) == []

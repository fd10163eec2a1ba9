"""Pupil Cloud: downloads from it, AOIs and events sent to it. Nothing is sent that was not asked for.

See the folder's README for the nouns and what always holds.
"""

from dwell.cloud.addresses import CloudAddress, parse_address
from dwell.cloud.client import PupilCloud
from dwell.cloud.downloads import Download
from dwell.cloud.mask_image import picture_hw
from dwell.cloud.plan import Action, PlannedAoi, PushPlan, plan_push
from dwell.cloud.pull import Parcel, parcels_at, pull
from dwell.cloud.push import Outcome, PushReport, push
from dwell.cloud.records import CloudAoi, CloudEvent, CloudProject, CloudRecording, Enrichment, Workspace
from dwell.cloud.removal import Removed, choose_aois, remove_aois
from dwell.cloud.retry import Retry
from dwell.cloud.token import TOKEN_VARIABLE, Token, find_token, forget_token, keep_token
from dwell.cloud.uploads import AoiUpload, project_key, uploads_of
from dwell.cloud.visit_events import EventPlan, EventReport, events_of_visits, plan_events, write_events

__all__ = [
    "TOKEN_VARIABLE",
    "Action",
    "AoiUpload",
    "CloudAddress",
    "CloudAoi",
    "CloudEvent",
    "CloudProject",
    "CloudRecording",
    "Download",
    "Enrichment",
    "EventPlan",
    "EventReport",
    "Outcome",
    "Parcel",
    "PlannedAoi",
    "PupilCloud",
    "PushPlan",
    "PushReport",
    "Removed",
    "Retry",
    "Token",
    "Workspace",
    "choose_aois",
    "events_of_visits",
    "find_token",
    "forget_token",
    "keep_token",
    "parcels_at",
    "parse_address",
    "picture_hw",
    "plan_events",
    "plan_push",
    "project_key",
    "pull",
    "push",
    "remove_aois",
    "uploads_of",
    "write_events",
]

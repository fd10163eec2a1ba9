// Types of the messages between server and page. Generated from dwell/app/messages/ by
// `python -m dwell.app.page_types`; change them there.

/** A time: int64 ns as a string of digits. @typedef {string} Ns */

/**
 * What the start page needs.
 * @typedef {object} About
 * @property {number} protocol
 * @property {string} version
 * @property {Array<Place>} roots
 * @property {Array<Place>} recents
 * @property {Array<BackendInfo>} backends
 * @property {boolean} uploads
 * @property {number} max_upload_bytes
 */

/**
 * An AOI; its ``object_id`` is never reused.
 * @typedef {object} Aoi
 * @property {number} object_id
 * @property {string} name
 * @property {string} colour
 * @property {string|null} category
 * @property {number|null} part_of
 */

/**
 * A changed AOI; None leaves a field as it is, an empty category removes it.
 * @typedef {object} AoiEdit
 * @property {string} client
 * @property {string|null} [name]
 * @property {string|null} [colour]
 * @property {string|null} [category]
 */

/**
 * AOIs that are one thing: all that the others have becomes the first one's.
 * @typedef {object} AoiMerge
 * @property {string} client
 * @property {number} keep
 * @property {Array<number>} others
 */

/**
 * A new AOI.
 * @typedef {object} AoiNew
 * @property {string} client
 * @property {string} name
 * @property {string|null} [colour]
 * @property {string|null} [category]
 */

/**
 * AOIs that are parts of another one; 0 = of none.
 * @typedef {object} AoiPart
 * @property {string} client
 * @property {Array<number>} object_ids
 * @property {number} part_of
 */

/**
 * AOIs to be removed in one step.
 * @typedef {object} AoiRemoval
 * @property {string} client
 * @property {Array<number>} object_ids
 */

/**
 * How large one AOI is, and on how many slices nothing is known of it.
 * @typedef {object} AoiVolume
 * @property {number} object_id
 * @property {number} voxels
 * @property {number} ml
 * @property {number} visible
 * @property {number} absent
 * @property {number} lost
 * @property {number} unknown
 * @property {number} without_voxel
 * @property {boolean} complete
 * @property {number} shared
 */

/**
 * Approve masks, or unlock them.
 * @typedef {object} Approve
 * @property {string} client
 * @property {Array<number>} object_ids
 * @property {number} start
 * @property {number} stop
 * @property {boolean} [approved]
 */

/**
 * Who segments and tracks.
 * @typedef {object} BackendChoice
 * @property {string} name
 * @property {number|null} [resolution]
 */

/**
 * A segmenter and tracker that can be chosen.
 * @typedef {object} BackendInfo
 * @property {string} name
 * @property {string} note
 * @property {boolean} ready
 * @property {string} missing
 * @property {Array<number>} resolutions
 * @property {number|null} cpu_s
 */

/**
 * One possible mask.
 * @typedef {object} Candidate
 * @property {number} index
 * @property {string} counts
 * @property {number} area
 * @property {number} score
 * @property {boolean} chosen
 */

/**
 * Up to three possible masks for the prompts of an AOI on a frame, best first.
 * @typedef {object} Candidates
 * @property {number} object_id
 * @property {number} frame_idx
 * @property {Array<Candidate>} candidates
 */

/**
 * What changed of one kind of thing; the currency of all change.
 * @typedef {object} Change
 * @property {Array<any>} created
 * @property {Array<any>} updated
 * @property {Array<any>} deleted
 */

/**
 * One revision of a project, as sent to every page.
 * @typedef {object} ChangeSet
 * @property {number} rev
 * @property {string} origin
 * @property {Change|null} aois
 * @property {Change|null} prompts
 * @property {Change|null} lanes
 * @property {Change|null} marks
 * @property {Steps|null} steps
 * @property {View|null} view
 * @property {Job|null} job
 * @property {BackendChoice|null} backend
 * @property {Search|null} search
 * @property {Task|null} task
 * @property {RecordingInfo|null} recording
 * @property {boolean} results
 * @property {string|null} lost_writer
 */

/**
 * Go on with what the check has found: gaze is taken to be off by as much as was measured.
 * @typedef {object} CheckAccept
 * @property {boolean} [correct]
 */

/**
 * Targets to look at, one after the other.
 * @typedef {object} CheckPlan
 * @property {Array<[number, number]>} targets
 * @property {Array<string>} names
 * @property {number} settle_ms
 * @property {number} collect_ms
 */

/**
 * How good gaze is as it is followed: with the correction in use, if there is one.
 * @typedef {object} CheckResult
 * @property {number|null} accuracy_deg
 * @property {number|null} precision_deg
 * @property {number} loss
 * @property {'good'|'fair'|'poor'|'unknown'} verdict
 * @property {string} summary
 * @property {Array<string>} remedies
 * @property {Array<CheckTargetResult>} targets
 * @property {boolean} correctable
 * @property {number|null} corrected_deg
 * @property {boolean} in_use
 * @property {number|null} plain_deg
 */

/**
 * The viewer looks at a target of the check from now on.
 * @typedef {object} CheckTarget
 * @property {number} index
 */

/**
 * Gaze on one target.
 * @typedef {object} CheckTargetResult
 * @property {number} x
 * @property {number} y
 * @property {number|null} accuracy_deg
 * @property {number|null} precision_deg
 * @property {number} loss
 * @property {number|null} right_deg
 * @property {number|null} down_deg
 */

/**
 * Take another candidate.
 * @typedef {object} Choose
 * @property {string} client
 * @property {number} object_id
 * @property {number} frame_idx
 * @property {number} index
 */

/**
 * Take back an AOI's prompts on a frame.
 * @typedef {object} ClearPrompts
 * @property {string} client
 * @property {number} object_id
 * @property {number} frame_idx
 */

/**
 * What would sending to this enrichment do?
 * @typedef {object} CloudAsk
 * @property {string} url
 */

/**
 * Delete these AOIs in Cloud.
 * @typedef {object} CloudDelete
 * @property {string} url
 * @property {Array<string>} aoi_ids
 */

/**
 * A token to check, and to use if it is good.
 * @typedef {object} CloudLogin
 * @property {string} token
 * @property {boolean} [keep]
 */

/**
 * An AOI in Cloud that is left alone.
 * @typedef {object} CloudOther
 * @property {string} aoi_id
 * @property {string} name
 * @property {'made by others'|'no longer in the project'} why
 */

/**
 * What sending would do; nothing is sent yet.
 * @typedef {object} CloudPlan
 * @property {string} url
 * @property {Array<CloudPlanned>} aois
 * @property {Array<string>} without_mask
 * @property {Array<CloudOther>} others
 */

/**
 * One AOI, and what would be done with it.
 * @typedef {object} CloudPlanned
 * @property {number} object_id
 * @property {string} name
 * @property {string} what
 * @property {boolean} to_do
 * @property {string|null} aoi_id
 */

/**
 * Send AOIs; the task's result has ``outcomes``: object_id, name, what, done, aoi_id, why of each.
 * @typedef {object} CloudPush
 * @property {string} url
 * @property {Array<number>|null} [object_ids]
 */

/**
 * What was deleted in Cloud.
 * @typedef {object} CloudRemoved
 * @property {Array<string>} gone
 * @property {Array<string>} left
 * @property {string} why
 */

/**
 * Whether, and with whose token, AOIs can be sent. The token itself never leaves the server.
 * @typedef {object} CloudState
 * @property {'none'|'session'|'environment'|'keyring'} token
 * @property {boolean} can_keep
 * @property {string} url
 */

/**
 * A detector that can be chosen.
 * @typedef {object} DetectorInfo
 * @property {string} name
 * @property {string} note
 * @property {boolean} ready
 * @property {string} missing
 * @property {number|null} cpu_s
 * @property {number} box_score
 * @property {number} text_score
 */

/**
 * A change was made.
 * @typedef {object} Done
 * @property {number} rev
 * @property {number} n
 * @property {string|null} label
 */

/**
 * One use of an editing tool: one undo step. Which of the fields a tool needs says ``work/tools.py``.
 * @typedef {object} EditTool
 * @property {string} client
 * @property {'swap'|'split-at'|'split'|'copy'|'interpolate'|'fill-holes'|'remove-specks'|'grow'|'shrink'|'union'|'intersect'|'subtract'|'delete'} tool
 * @property {Array<number>} object_ids
 * @property {number|null} [other]
 * @property {number} [start]
 * @property {number|null} [stop]
 * @property {number|null} [frame_idx]
 * @property {number|null} [x]
 * @property {number|null} [y]
 * @property {number|null} [px]
 * @property {boolean} [absent]
 * @property {boolean} [overwrite]
 * @property {boolean} [approved]
 */

/**
 * What a tool has done.
 * @typedef {object} Edited
 * @property {number} rev
 * @property {number} n_masks
 * @property {number} n_left
 * @property {Array<number>} made
 * @property {Array<string>} lines
 * @property {Step|null} step
 */

/**
 * A file or folder in the path picker.
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} path
 * @property {'folder'|'project'|'recording'|'video'|'archive'|'table'|'images'|'image'|'volume'|'scan'|'file'} kind
 * @property {number|null} size_bytes
 * @property {Ns|null} modified_ns
 * @property {boolean} openable
 */

/**
 * How long tracking would take here, measured on two frames.
 * @typedef {object} Estimate
 * @property {number} frames
 * @property {number} seconds
 * @property {number} encode_s
 * @property {number} step_s_per_object
 * @property {string} note
 */

/**
 * What the panel needs to know.
 * @typedef {object} EverythingInfo
 * @property {Array<ProposerInfo>} proposers
 * @property {Unfinished|null} unfinished
 * @property {SearchSettings} defaults
 * @property {SearchSettings} published
 * @property {LookedSettings} looked
 * @property {string} no_gaze
 */

/**
 * What to look for, and when it is enough: whichever limit is reached first.
 * @typedef {object} EverythingRequest
 * @property {string} client
 * @property {'everything'|'gaze-first'} [kind]
 * @property {number|null} [minutes]
 * @property {number|null} [masks]
 * @property {number|null} [coverage]
 * @property {SearchSettings|null} [settings]
 * @property {LookedSettings|null} [looked]
 * @property {boolean} [go_on]
 * @property {boolean} [fresh]
 */

/**
 * What to write, and where.
 * @typedef {object} ExportRequest
 * @property {string} client
 * @property {Array<string>} what
 * @property {string} out
 * @property {number} [margin_deg]
 * @property {'majority'|'any'|'mean'} [fixation_rule]
 * @property {number|null} [px_per_degree]
 * @property {PictureOptions} [picture]
 * @property {string} [measure]
 * @property {LabelOptions} [labels]
 */

/**
 * Fixations, blinks and events, as columns; frame −1 = none.
 * @typedef {object} Eye
 * @property {Array<number>} fixation_ids
 * @property {Array<Ns>} fixation_start_ns
 * @property {Array<Ns>} fixation_end_ns
 * @property {Array<number>} fixation_first_frame
 * @property {Array<number>} fixation_stop_frame
 * @property {Array<number|null>} fixation_x
 * @property {Array<number|null>} fixation_y
 * @property {Array<number>} blink_first_frame
 * @property {Array<number>} blink_stop_frame
 * @property {Array<string>} event_names
 * @property {Array<number>} event_frames
 */

/**
 * Body of every answer that is not 2xx.
 * @typedef {object} Failure
 * @property {string} error
 * @property {string} kind
 * @property {number|null} frame_idx
 * @property {Array<string>} choices
 */

/**
 * Fixations on the picture.
 * @typedef {object} FixationDots
 * @property {Array<number>} x
 * @property {Array<number>} y
 * @property {Array<number>} ms
 * @property {Array<number>} recording
 * @property {number} n_all
 */

/**
 * Put a fixation on AOIs by hand; None = as the mapping says.
 * @typedef {object} FixationEdit
 * @property {string} client
 * @property {Array<number>|null} object_ids
 */

/**
 * A fixation that a person has put on AOIs by hand.
 * @typedef {object} FixationMark
 * @property {Ns} start_ns
 * @property {Array<number>} object_ids
 */

/**
 * A format that the masks, or the mapped gaze, of a project can be written in.
 * @typedef {object} FormatInfo
 * @property {string} name
 * @property {string} title
 * @property {'labels'|'gaze'|'volume'} group
 * @property {string} files
 * @property {string} keeps
 * @property {string} loses
 * @property {string} source
 * @property {boolean} reads
 * @property {boolean} boxes
 * @property {string} doing
 * @property {string} missing
 */

/**
 * What is in a file of labels.
 * @typedef {object} FoundLabels
 * @property {string} path
 * @property {string} format
 * @property {string} title
 * @property {boolean} boxes
 * @property {Array<FoundVideoInfo>} videos
 * @property {string|null} video
 */

/**
 * A video that a file has labels of.
 * @typedef {object} FoundVideoInfo
 * @property {string} name
 * @property {number} n_labels
 * @property {Array<string>} aois
 * @property {number} n_aois
 * @property {string} problem
 */

/**
 * The masks of one frame.
 * @typedef {object} FrameMasks
 * @property {number} frame_idx
 * @property {number} rev
 * @property {Array<MaskOnFrame>} masks
 */

/**
 * All AOIs, the most important first: by gaze if there is any.
 * @typedef {object} Gallery
 * @property {number} rev
 * @property {boolean} has_gaze
 * @property {Array<GalleryItem>} items
 */

/**
 * An AOI with its best picture.
 * @typedef {object} GalleryItem
 * @property {number} object_id
 * @property {number|null} frame_idx
 * @property {string} tag
 * @property {Array<[number, number]>} spans
 * @property {number} n_frames
 * @property {number} size
 * @property {number} importance
 * @property {number|null} gaze_share
 * @property {number|null} dwell_ms
 */

/**
 * Labels to be taken from a file, in one step.
 * @typedef {object} ImportRequest
 * @property {string} client
 * @property {string} path
 * @property {string|null} [format]
 * @property {string|null} [video]
 * @property {'masks'|'prompts'} [how]
 * @property {'refuse'|'new'|'replace'} [existing]
 */

/**
 * What was taken over.
 * @typedef {object} Imported
 * @property {number} rev
 * @property {string} title
 * @property {Array<number>} object_ids
 * @property {number} n_frames
 * @property {number} n_masks
 * @property {number} n_prompts
 * @property {Array<string>} lines
 * @property {Step|null} step
 */

/**
 * The tracking job of a project, or its search for everything in the video: there is one at a time.
 * @typedef {object} Job
 * @property {number} id
 * @property {'track'|'everything'|'gaze-first'} kind
 * @property {'running'|'done'|'cancelled'|'failed'} state
 * @property {string} what
 * @property {Array<number>} object_ids
 * @property {[number, number]} span
 * @property {'forward'|'backward'|'both'} direction
 * @property {string} backend
 * @property {number} done
 * @property {number} total
 * @property {number|null} left_s
 * @property {number|null} frame_idx
 * @property {'looking'|'forward'|'backward'|'relating'|'done'|null} phase
 * @property {number|null} n_objects
 * @property {string|null} error
 */

/**
 * Which frames are written as labels, and how; names and meanings are those of ``Selection``.
 * @typedef {object} LabelOptions
 * @property {'all'|'anchors'|'approved'} [frames]
 * @property {number} [every]
 * @property {'skip'|'write'|'stop'} [unanswered]
 * @property {''|'jpg'|'png'} [pictures]
 * @property {boolean} [polygons]
 */

/**
 * A file or folder of labels to be looked at.
 * @typedef {object} LabelsAsk
 * @property {string} path
 * @property {string|null} [format]
 */

/**
 * That an AOI's lane has changed; its bytes come from ``lanes/<object_id>``.
 * @typedef {object} Lane
 * @property {number} object_id
 * @property {number} version
 * @property {number} n_known
 */

/**
 * A folder below one of the roots.
 * @typedef {object} Listing
 * @property {string} path
 * @property {string|null} parent
 * @property {Array<Entry>} entries
 * @property {boolean} truncated
 */

/**
 * How what was looked at is found; names and meanings are those of ``GazeFirstOptions``.
 * @typedef {object} LookedSettings
 * @property {number} window_s
 * @property {number} granularities
 * @property {number} alike
 */

/**
 * What of the window lies left of and above the page, in desktop px, as a mouse event has shown it.
 * @typedef {object} LookChrome
 * @property {number} left
 * @property {number} top
 */

/**
 * A look of this project.
 * @typedef {object} LookEntry
 * @property {string} name
 * @property {Ns} start_ns
 * @property {number} duration_ms
 * @property {string} source
 * @property {number} n_gaze
 * @property {number} n_kept
 * @property {boolean} running
 */

/**
 * Where the eye rests; px of the picture.
 * @typedef {object} LookFixation
 * @property {number} x
 * @property {number} y
 * @property {number} spread_px
 * @property {number} duration_ms
 */

/**
 * Where the viewer looks; px of the picture.
 * @typedef {object} LookGaze
 * @property {number} x
 * @property {number} y
 */

/**
 * The look that goes on.
 * @typedef {object} LookInfo
 * @property {string} name
 * @property {string} source
 * @property {LookSettings} settings
 * @property {Record<string, string>} keys
 * @property {Record<string, string>} actions
 * @property {boolean} markers
 */

/**
 * A mask that was kept.
 * @typedef {object} LookKept
 * @property {number} number
 * @property {number} object_id
 * @property {string} name
 * @property {number} frame_idx
 */

/**
 * A picture of a marker.
 * @typedef {object} LookMarker
 * @property {number} marker_id
 * @property {string} svg
 */

/**
 * Markers by which glasses know where the page is; ``core/screen.js`` says where they go.
 * @typedef {object} LookMarkers
 * @property {Array<LookMarker>} markers
 * @property {number} size_px
 */

/**
 * The mask that is proposed.
 * @typedef {object} LookMask
 * @property {string} counts
 * @property {number} area
 * @property {[number, number, number, number]} box
 */

/**
 * A monitor as the browser counts it: desktop px; see ``dwell.screen.Monitor``.
 * @typedef {object} LookMonitor
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number|null} [scale]
 * @property {string} [name]
 */

/**
 * How the mouse plays the eye; see ``dwell.live.GazeNoise``.
 * @typedef {object} LookMouse
 * @property {number} [accuracy_deg]
 * @property {number} [precision_deg]
 * @property {number} [drift_deg_per_min]
 * @property {number} [latency_ms]
 * @property {number} [rate_hz]
 * @property {boolean} [blinks]
 * @property {number} [seed]
 */

/**
 * Where the mouse was since the last such report, in order of time.
 * @typedef {object} LookPointer
 * @property {Ns} sent_ns
 * @property {Array<LookSample>} samples
 */

/**
 * A key was pressed.
 * @typedef {object} LookPress
 * @property {'start'|'stop'|'clear'|'save'|'run'|'include'|'exclude'|'box'|'level'|'undo'|'hold'|'dwell'|'next'|'previous'|'new'|'check'} action
 * @property {Ns} t_ns
 * @property {Ns} sent_ns
 */

/**
 * An upright rectangle; CSS px of the page.
 * @typedef {object} LookRect
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/**
 * What was looked at in a look, by the AOIs that the project has now.
 * @typedef {object} LookResults
 * @property {number} rev
 * @property {string} name
 * @property {Array<number>} pictures
 * @property {Array<Record<string, any>>} metrics
 * @property {number} n_fixations
 * @property {Array<string>} notes
 */

/**
 * Where the mouse was.
 * @typedef {object} LookSample
 * @property {Ns} t_ns
 * @property {number|null} x
 * @property {number|null} y
 */

/**
 * Where window, canvas and picture are now, as ``core/screen.js`` reports it: ``dwell.screen.View``.
 * @typedef {object} LookScreen
 * @property {Ns} t_ns
 * @property {number} screen_x
 * @property {number} screen_y
 * @property {number} outer_width
 * @property {number} outer_height
 * @property {number} inner_width
 * @property {number} inner_height
 * @property {LookRect} canvas
 * @property {number} scale
 * @property {number} x
 * @property {number} y
 * @property {number} image_width
 * @property {number} image_height
 * @property {number} frame_idx
 * @property {number} [zoom]
 * @property {number} [device_pixel_ratio]
 * @property {number} [pinch]
 * @property {number} [pinch_x]
 * @property {number} [pinch_y]
 * @property {LookChrome|null} [chrome]
 * @property {boolean} [visible]
 * @property {Array<LookMonitor>} [monitors]
 * @property {Array<LookShownMarker>} [markers]
 * @property {number|null} [object_id]
 */

/**
 * What a viewer may set; all of it is written into the log.
 * @typedef {object} LookSettings
 * @property {number} [error_deg]
 * @property {boolean} [dwell_keeps]
 * @property {number} [dwell_ms]
 * @property {number} [screen_width_mm]
 * @property {number} [distance_mm]
 * @property {LookMouse} [mouse]
 * @property {Record<string, string>} [keys]
 * @property {LookMonitor|null} [monitor]
 */

/**
 * A marker that the page shows.
 * @typedef {object} LookShownMarker
 * @property {number} marker_id
 * @property {LookRect} rect
 */

/**
 * Begin a look; one that goes on ends.
 * @typedef {object} LookStart
 * @property {string} client
 * @property {string} source
 * @property {LookSettings} [settings]
 * @property {number} frame_idx
 * @property {number|null} [object_id]
 */

/**
 * How the source of gaze is.
 * @typedef {object} LookStatus
 * @property {'connecting'|'streaming'|'silent'|'reconnecting'|'ended'|'failed'} state
 * @property {string} title
 * @property {number|null} rate_hz
 * @property {number|null} latency_ms
 * @property {number|null} loss
 * @property {number} n_reconnects
 * @property {string} message
 * @property {Array<string>} notes
 */

/**
 * From a gaze sample or key to the mask it led to; of the last 200.
 * @typedef {object} LookTimes
 * @property {number} p50
 * @property {number} p95
 */

/**
 * One moment of a look; the newest replaces all before it.
 * @typedef {object} LookView
 * @property {string} name
 * @property {boolean} over
 * @property {number} rev
 * @property {number|null} frame_idx
 * @property {number|null} object_id
 * @property {boolean} running
 * @property {boolean} holding
 * @property {boolean} dwell_keeps
 * @property {LookMask|null} mask
 * @property {number} mask_rev
 * @property {boolean} has_mask
 * @property {number} level
 * @property {number} n_levels
 * @property {Array<Prompt>} said
 * @property {[number, number]|null} corner
 * @property {number} dwelt
 * @property {LookGaze|null} gaze
 * @property {LookFixation|null} fixation
 * @property {boolean} waiting
 * @property {LookStatus} status
 * @property {LookTimes|null} mask_latency_ms
 * @property {number} n_dropped
 * @property {number} kept
 * @property {LookKept|null} kept_last
 * @property {Array<LookWish>} wishes
 * @property {string} message
 * @property {string} drift
 * @property {number} error_deg
 */

/**
 * Something that the page does: turn the picture, pick no AOI (so a new one is made), begin a check.
 * @typedef {object} LookWish
 * @property {number} number
 * @property {'next'|'previous'|'new'|'check'} action
 */

/**
 * One AOI on one frame.
 * @typedef {object} MaskOnFrame
 * @property {number} object_id
 * @property {'visible'|'absent'|'lost'} state
 * @property {number|null} score
 * @property {number|null} doubt
 * @property {boolean} approved
 * @property {boolean} check
 * @property {boolean} stale
 * @property {boolean} user_made
 * @property {boolean} interpolated
 * @property {string} counts
 * @property {number} area
 * @property {[number, number, number, number]|null} box
 */

/**
 * A stretch of frames of one AOI that is worth a look.
 * @typedef {object} Moment
 * @property {number} object_id
 * @property {number} first_frame
 * @property {number} stop_frame
 * @property {number} frame_idx
 * @property {Ns} start_ns
 * @property {Ns} end_ns
 * @property {number} weight
 * @property {number} cumulative
 * @property {number} doubt
 * @property {number|null} border_deg
 * @property {number} affected_ms
 * @property {'lost'|'untracked'|'stale'|'doubtful'|'jump'|'just found'|'border'} reason
 * @property {string} why
 */

/**
 * Open a recording or a project.
 * @typedef {object} OpenRequest
 * @property {string} path
 * @property {string|null} [name]
 * @property {string|null} [project]
 * @property {Record<string, any>} [options]
 */

/**
 * A project is open under this id; the page goes to ``#p/<pid>``.
 * @typedef {object} Opened
 * @property {string} pid
 * @property {string} project
 */

/**
 * A number that AOIs can be compared and coloured by.
 * @typedef {object} PictureMeasure
 * @property {string} id
 * @property {string} title
 * @property {string} unit
 */

/**
 * How gaze is mapped to the AOIs of a picture; see ``dwell.enrichments.ImageOptions``.
 * @typedef {object} PictureOptions
 * @property {number} [margin_px]
 * @property {'mean'|'any'|'majority'} [fixation_rule]
 * @property {'recording'|'section'} [ttff_origin]
 * @property {'aoi'|'category'} [group_by]
 */

/**
 * Measures over all recordings, as of ``rev``.
 * @typedef {object} PictureResults
 * @property {number} rev
 * @property {Array<PictureMeasure>} measures
 * @property {Array<Record<string, any>>} rows
 * @property {Array<string>} recordings
 * @property {number} n_fixations
 * @property {Array<string>} notes
 */

/**
 * A folder that the user named, or a project opened lately.
 * @typedef {object} Place
 * @property {string} path
 * @property {string} name
 * @property {string} note
 * @property {boolean} exists
 */

/**
 * One plane of the grid: which voxel is which pixel of which slice; see ``dwell.volumes.View``.
 * @typedef {object} PlaneInfo
 * @property {'axial'|'coronal'|'sagittal'} plane
 * @property {[number, number, number]} axes
 * @property {[boolean, boolean, boolean]} reversed
 * @property {[number, number, number]} n_voxels
 * @property {number} width
 * @property {number} height
 * @property {number} px_mm
 * @property {number} slice_mm
 * @property {string} left
 * @property {string} right
 * @property {string} top
 * @property {string} bottom
 */

/**
 * Prompts to be tried; nothing is saved.
 * @typedef {object} PreviewRequest
 * @property {number} frame_idx
 * @property {Array<Prompt>} prompts
 */

/**
 * One prompt, as said or as stored.
 * @typedef {object} Prompt
 * @property {'point'|'box'|'polygon'|'stroke'|'mask'|'absent'} kind
 * @property {number|null} [id]
 * @property {number|null} [object_id]
 * @property {number|null} [frame_idx]
 * @property {number|null} [x]
 * @property {number|null} [y]
 * @property {number|null} [x0]
 * @property {number|null} [y0]
 * @property {number|null} [x1]
 * @property {number|null} [y1]
 * @property {Array<[number, number]>|null} [points]
 * @property {number|null} [radius_px]
 * @property {boolean} [positive]
 * @property {[number, number]|null} [size]
 * @property {string|null} [counts]
 */

/**
 * Prompts on a frame, to be saved.
 * @typedef {object} PromptRequest
 * @property {string} client
 * @property {number} object_id
 * @property {number} frame_idx
 * @property {Array<Prompt>} prompts
 * @property {boolean} [fresh]
 */

/**
 * A finder of masks without prompts that can be chosen.
 * @typedef {object} ProposerInfo
 * @property {string} name
 * @property {string} note
 * @property {boolean} ready
 * @property {string} missing
 */

/**
 * What the page needs to know of the recording.
 * @typedef {object} RecordingInfo
 * @property {string} name
 * @property {string} project
 * @property {string} path
 * @property {string} kind
 * @property {string|null} wearer
 * @property {number} width
 * @property {number} height
 * @property {number} n_frames
 * @property {Ns} start_ns
 * @property {Ns} duration_ns
 * @property {boolean} has_gaze
 * @property {boolean} has_fixations
 * @property {boolean} has_times
 * @property {boolean} has_camera
 * @property {number} n_filler
 * @property {number} first_frame
 * @property {Array<string>} notes
 * @property {string} frames_tag
 * @property {VolumeInfo|null} volume
 */

/**
 * Live results; ``tables`` is keyed by the library's table names.
 * @typedef {object} ResultsInfo
 * @property {number} rev
 * @property {'computing'|'ready'|'failed'|'none'} state
 * @property {number} progress
 * @property {string|null} error
 * @property {number} margin_deg
 * @property {Array<Record<string, any>>} metrics
 * @property {Array<Visit>} visits
 * @property {Record<string, Array<[number, number]>>} hits
 * @property {Array<Array<number>>} fixations_on
 * @property {Record<string, any>} transitions
 * @property {Array<string>} notes
 */

/**
 * Moments, worst first.
 * @typedef {object} ReviewQueue
 * @property {number} rev
 * @property {Array<Moment>} moments
 * @property {number} total_ms
 * @property {number} minutes
 * @property {number} target
 * @property {number} n_for_target
 */

/**
 * A search for words; the newest of a project.
 * @typedef {object} Search
 * @property {number} id
 * @property {'running'|'done'|'cancelled'|'failed'|'taking'} state
 * @property {string} text
 * @property {string} detector
 * @property {number} done
 * @property {number} total
 * @property {number|null} left_s
 * @property {number} n_found
 * @property {string|null} error
 */

/**
 * Words to look for.
 * @typedef {object} SearchRequest
 * @property {string} client
 * @property {string} text
 * @property {string} detector
 * @property {'frame'|'every'|'prompts'} [where]
 * @property {number} [frame_idx]
 * @property {number} [every_s]
 */

/**
 * How everything is looked for; names and meanings are those of ``EverythingOptions``.
 * @typedef {object} SearchSettings
 * @property {number|null} [step]
 * @property {number} iou_thresh
 * @property {number} max_masks_per_frame
 * @property {number} points_per_side
 * @property {number|null} [pred_iou_thresh]
 * @property {number|null} [stability_score_thresh]
 * @property {number} min_area
 * @property {number} stride
 * @property {number} gaze_weight
 * @property {string} [proposer]
 */

/**
 * The answer to prompts.
 * @typedef {object} Segmented
 * @property {number} rev
 * @property {MaskOnFrame} mask
 * @property {Step|null} step
 */

/**
 * How dwell time depends on the margin.
 * @typedef {object} Sensitivity
 * @property {number} rev
 * @property {'deg'|'px'} unit
 * @property {Array<number>} margins
 * @property {Record<string, Array<number>>} dwell_ms
 * @property {string} note
 */

/**
 * The whole state of a project at a revision; big arrays have addresses of their own.
 * @typedef {object} Snapshot
 * @property {number} protocol
 * @property {number} rev
 * @property {RecordingInfo} recording
 * @property {Array<Aoi>} aois
 * @property {Array<Prompt>} prompts
 * @property {Array<Lane>} lanes
 * @property {Array<FixationMark>} marks
 * @property {Steps} steps
 * @property {View} view
 * @property {Job|null} job
 * @property {BackendChoice} backend
 * @property {Search|null} search
 */

/**
 * Frames [start, stop) of some AOIs.
 * @typedef {object} SpanEdit
 * @property {string} client
 * @property {Array<number>} object_ids
 * @property {number} start
 * @property {number} stop
 */

/**
 * One undo step.
 * @typedef {object} Step
 * @property {number} id
 * @property {string} label
 */

/**
 * What undo and redo would do now.
 * @typedef {object} Steps
 * @property {Step|null} undo
 * @property {Step|null} redo
 */

/**
 * A box on a frame that fits a phrase.
 * @typedef {object} Suggestion
 * @property {number} index
 * @property {number} frame_idx
 * @property {string} phrase
 * @property {number} score
 * @property {number} text_score
 * @property {[number, number, number, number]} box
 * @property {'new'|'known'|'found again'} why
 * @property {number|null} object_id
 */

/**
 * The mask that a suggestion would have.
 * @typedef {object} SuggestionMask
 * @property {number} index
 * @property {string} counts
 * @property {number} area
 */

/**
 * What the newest search has found: down to a low score, so that thresholds need no other search.
 * @typedef {object} Suggestions
 * @property {number} search
 * @property {Array<Suggestion>} suggestions
 */

/**
 * Suggestions to take or to reject.
 * @typedef {object} TakeRequest
 * @property {string} client
 * @property {number} search
 * @property {Array<TakenSuggestion>} suggestions
 * @property {boolean} [one_per_phrase]
 */

/**
 * A suggestion as the person saw it.
 * @typedef {object} TakenSuggestion
 * @property {number} index
 * @property {number|null} [object_id]
 */

/**
 * Work with an end: drawing the demo, an export, a fetch.
 * @typedef {object} Task
 * @property {string} id
 * @property {string} what
 * @property {'running'|'done'|'cancelled'|'failed'} state
 * @property {number} done
 * @property {number} total
 * @property {number|null} left_s
 * @property {Record<string, any>|null} result
 * @property {string|null} error
 */

/**
 * What to track.
 * @typedef {object} TrackRequest
 * @property {string} client
 * @property {Array<number>|null} [object_ids]
 * @property {number} [start]
 * @property {number|null} [stop]
 * @property {'forward'|'backward'|'both'} [direction]
 * @property {number} [stride]
 * @property {BackendChoice|null} [backend]
 * @property {boolean} [join]
 */

/**
 * Undo or redo one step, or undo all from a step on.
 * @typedef {object} UndoRequest
 * @property {string} client
 * @property {number} expect
 * @property {boolean} [through]
 * @property {number|null} [newest]
 */

/**
 * A run that was stopped before its end, and can be gone on with.
 * @typedef {object} Unfinished
 * @property {'everything'|'gaze-first'} kind
 * @property {string} phase
 * @property {number|null} minutes
 * @property {number|null} masks
 * @property {number|null} coverage
 */

/**
 * How AOIs are shown; shared by all pages, not part of undo. Keyed by object_id as a string.
 * @typedef {object} View
 * @property {Array<number>} [hidden]
 * @property {Array<number>} [locked]
 * @property {Record<string, number>} [keys]
 */

/**
 * One visit of gaze to an AOI, from samples.
 * @typedef {object} Visit
 * @property {number} object_id
 * @property {Ns} start_ns
 * @property {Ns} end_ns
 * @property {number} first_frame
 * @property {number} stop_frame
 */

/**
 * What a page needs to know of a medical volume.
 * @typedef {object} VolumeInfo
 * @property {'axial'|'coronal'|'sagittal'} plane
 * @property {Array<PlaneInfo>} planes
 * @property {[number, number, number]} size
 * @property {[number, number, number]} spacing_mm
 * @property {string|null} modality
 * @property {number} oblique_deg
 * @property {boolean} whole
 * @property {boolean} dicom
 * @property {WindowInfo} window
 * @property {Array<WindowInfo>} presets
 * @property {string} unit
 */

/**
 * How large the AOIs of a volume are.
 * @typedef {object} Volumes
 * @property {number} rev
 * @property {Array<AoiVolume>} rows
 */

/**
 * The value of one voxel, as the scanner means it: HU in CT.
 * @typedef {object} VoxelValue
 * @property {number|null} value
 */

/**
 * Show other values, from now on and on every page.
 * @typedef {object} WindowEdit
 * @property {string} client
 * @property {string} window
 */

/**
 * Which values are spread from black to white.
 * @typedef {object} WindowInfo
 * @property {string} name
 * @property {number} level
 * @property {number} width
 */

export const PROTOCOL = 1;

// Collects what is drawn over a frame from what is known.
import { fixationAt, GAZE_OK, stretches } from './gaze.js';
import { Mask } from './rle.js';
import { percent } from './words.js';

/** @typedef {import('./context.js').Ctx} Ctx */
/** @typedef {import('./messages.js').MaskOnFrame} MaskOnFrame */
/** @typedef {import('./messages.js').Aoi} Aoi */
/** @typedef {import('./maskcache.js').Entry} Entry */

const TRAIL_MS = 500;
const DOUBTFUL = 0.5;
const NEW_COLOUR = '#0072b2';
const MAX_MASKS = 600;
const MOST_NAMES = 16; // more would hide the picture: then only those that matter now are named
/** Of phrases: told apart with any colour vision. */
const PALETTE = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#d55e00', '#cc79a7'];

/** Masks by their counts, so that one that stays the same keeps its outline. @type {Map<string, Mask>} */
const known = new Map();

/** @param {string} counts @param {number} height @param {number} width @returns {Mask} */
export function maskOf(counts, height, width) {
  let mask = known.get(counts);
  if (!mask || mask.height !== height || mask.width !== width) {
    mask = Mask.fromString(counts, height, width);
    known.set(counts, mask);
    const oldest = known.keys().next().value;
    if (known.size > MAX_MASKS && oldest !== undefined) known.delete(oldest);
  }
  return mask;
}

/** A word for what a person should know of a mask; the gravest first. @param {MaskOnFrame} mask @returns {string} */
export function badgeOf(mask) {
  if (mask.stale) return 'out of date';
  if (mask.state === 'lost') return 'lost';
  if (mask.approved) return 'approved';
  if (mask.state === 'absent') return 'absent';
  if (mask.check || (mask.doubt ?? 0) >= DOUBTFUL) return 'doubtful';
  return '';
}

/**
 * AOIs that gaze is on in a frame, as the results say.
 * @param {Pick<import('./messages.js').ResultsInfo, 'hits'>|null} info @param {number} frame @returns {number[]}
 */
export function lookedAt(info, frame) {
  if (!info) return [];
  return Object.entries(info.hits).filter(([, spans]) => within(spans, frame)).map(([objectId]) => Number(objectId));
}

/** @param {readonly (readonly [number, number])[]} spans half-open, ascending @param {number} frame */
function within(spans, frame) {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[0] ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return frame < (spans[low - 1]?.[1] ?? -1);
}

/**
 * Masks to draw: large ones below, the selected one on top.
 * @param {Pick<Ctx, 'store'|'ui'>} ctx @param {Entry|null} entry @param {readonly number[]} [gazedAt] AOIs that gaze is on
 */
export function shownMasks({ store, ui }, entry, gazedAt = []) {
  if (!entry || !ui.get('showMasks')) return [];
  const { width, height } = store.recording;
  const looked = new Set(ui.get('recolour') ? gazedAt : []);
  const shown = [];
  for (const each of entry.masks.values()) {
    const aoi = store.aois.get(each.object_id);
    if (!aoi || !each.counts || store.view.hidden?.includes(each.object_id)) continue;
    shown.push({
      mask: maskOf(each.counts, height, width),
      colour: aoi.colour,
      name: aoi.name,
      selected: ui.get('selected') === each.object_id,
      looked: looked.has(each.object_id),
      stale: each.stale,
      badge: [looked.has(each.object_id) && 'looked at', badgeOf(each)].filter(Boolean).join(' · '),
      area: each.area,
      objectId: each.object_id,
    });
  }
  const named = shown.length <= MOST_NAMES;
  return shown
    .map((each) => ({ ...each, named: named || each.selected || each.looked }))
    .sort((a, b) => Number(a.selected) - Number(b.selected) || b.area - a.area);
}

/**
 * Prompts of the selected AOI on a frame, stored ones and those on their way.
 * @param {Pick<Ctx, 'store'|'ui'>} ctx @param {import('./annotate.js').Annotator} annotator @param {number} frame
 */
export function shownPrompts({ store, ui }, annotator, frame) {
  const selected = ui.get('selected');
  const hidden = selected !== null && store.view.hidden?.includes(selected);
  const stored = selected === null || hidden ? [] : store.promptsAt(selected, frame);
  const colour = colourOf(store, selected);
  return [
    ...stored.map((prompt) => ({ prompt, colour, pending: false })),
    ...annotator.pending
      .filter((each) => each.frameIdx === frame)
      .map(({ prompt, objectId }) => ({ prompt, colour: colourOf(store, objectId), pending: true })),
  ];
}

/**
 * What is suggested on a frame, while the panel that shows it is open; the one that is pointed at on top.
 * @param {Pick<Ctx, 'store'|'ui'>} ctx @param {import('./words.js').Words} words @param {number} frame
 */
export function shownSuggestions({ store, ui }, words, frame) {
  if (ui.get('panel') !== 'words') return [];
  const { width, height } = store.recording;
  const phrases = [...new Set(words.suggestions.map((each) => each.phrase))];
  const here = words.shown.filter((each) => each.frame_idx === frame && (each.why !== 'known' || each.index === words.hot));
  const shown = here.map((each) => {
    const hot = each.index === words.hot;
    const counts = hot ? words.masks.get(each.index) : '';
    const again = each.why === 'new' ? '' : `${each.why}: `;
    const name = store.aois.get(each.object_id ?? -1)?.name ?? each.phrase;
    return {
      box: each.box,
      label: `${again}${name} ${percent(each.score)}`,
      colour: store.aois.get(each.object_id ?? -1)?.colour ?? PALETTE[phrases.indexOf(each.phrase) % PALETTE.length] ?? NEW_COLOUR,
      on: words.isOn(each),
      hot,
      mask: counts ? maskOf(counts, height, width) : null,
    };
  });
  return shown.sort((a, b) => Number(a.hot) - Number(b.hot));
}

/** @param {Ctx['store']} store @param {number|null} objectId */
export function colourOf(store, objectId) {
  return (objectId === null ? null : store.aois.get(objectId))?.colour ?? NEW_COLOUR;
}

/**
 * @param {Pick<Ctx, 'ui'|'player'|'results'>} ctx @param {import('./gaze.js').GazeFeed} gaze @param {number} frame
 */
export function shownGaze({ ui, player, results }, gaze, frame) {
  const nothing = { trail: [], gaze: [], fixation: null, status: null };
  const here = gaze.between(frame, frame + 1);
  const status = here.length ? Math.min(...here.map((sample) => sample.status)) : null;
  if (!ui.get('showGaze')) return { ...nothing, status };
  const from = player.frameAt(player.msOf(frame) - TRAIL_MS);
  const eye = results.eye;
  const index = fixationAt(eye, frame);
  const [x, y] = index === null || !eye ? [null, null] : [eye.fixation_x[index], eye.fixation_y[index]];
  return {
    trail: ui.get('showTrail') ? stretches(gaze.between(from, frame + 1)) : [],
    gaze: here.filter((sample) => sample.status === GAZE_OK && Number.isFinite(sample.x)),
    fixation: index !== null && typeof x === 'number' && typeof y === 'number' ? { x, y, label: `${index + 1}` } : null,
    status,
  };
}

/** The smallest AOI at a point that is not hidden. @param {ReturnType<typeof shownMasks>} masks @param {number} x @param {number} y */
export function aoiAt(masks, x, y) {
  const hits = masks.filter((each) => each.mask.has(x, y)).sort((a, b) => a.area - b.area);
  return hits[0]?.objectId ?? null;
}

/** What a gesture means on the frame: in image px, clipped; null: it is outside.
 * @param {import('./gestures.js').Act} act @param {import('./viewport.js').Viewport} viewport @param {number} radius px
 * @returns {import('./messages.js').Prompt|null} */
export function promptOf(act, viewport, radius) {
  const clip = (/** @type {number} */ value, /** @type {number} */ size) => Math.min(Math.max(value, 0), size);
  if (act.kind === 'point') {
    const { x, y } = viewport.toImage(act.x, act.y);
    return viewport.contains(x, y) ? { kind: 'point', x: tenth(x), y: tenth(y), positive: act.positive } : null;
  }
  if (act.kind === 'box') {
    const [a, b] = [viewport.toImage(act.x0, act.y0), viewport.toImage(act.x1, act.y1)];
    const [x0, x1] = [tenth(clip(a.x, viewport.imageWidth)), tenth(clip(b.x, viewport.imageWidth))];
    const [y0, y1] = [tenth(clip(a.y, viewport.imageHeight)), tenth(clip(b.y, viewport.imageHeight))];
    return x1 - x0 >= 1 && y1 - y0 >= 1 ? { kind: 'box', x0, y0, x1, y1 } : null;
  }
  if (act.kind !== 'stroke') return null;
  const points = thinned(act.points.map(([x, y]) => viewport.toImage(x, y)), radius / 3);
  const touches = points.some(({ x, y }) => x > -radius && y > -radius && x < viewport.imageWidth + radius && y < viewport.imageHeight + radius);
  if (!touches) return null;
  return { kind: 'stroke', points: points.map(({ x, y }) => [tenth(x), tenth(y)]), radius_px: radius, positive: act.positive };
}

/** @param {number} value */
const tenth = (value) => Math.round(value * 10) / 10;

/** Points at least a distance apart, and the last one. @param {{x: number, y: number}[]} points @param {number} apart */
function thinned(points, apart) {
  const kept = points.slice(0, 1);
  for (const point of points) {
    const last = kept.at(-1);
    if (last && Math.hypot(point.x - last.x, point.y - last.y) >= apart) kept.push(point);
  }
  const end = points.at(-1);
  if (end && kept.at(-1) !== end && points.length > 1) kept.push(end);
  return kept;
}

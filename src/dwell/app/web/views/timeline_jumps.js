// Keys that jump along the timeline, and the buttons that do the same.

import { fixationAt, next } from '../core/jumps.js';
import { button, el } from './dom.js';
import { icon } from './icons.js';

/**
 * @typedef {import('./timeline_data.js').TimelineData} TimelineData
 * @typedef {import('../core/jumps.js').JumpKind} JumpKind
 * @typedef {(kind: JumpKind, direction: 1 | -1) => void} Jump
 */

/** @type {Array<{kind: JumpKind, key: string, name: string, ofAoi: boolean}>} */
export const JUMPS = [
  { kind: 'fixation', key: 'f', name: 'fixation', ofAoi: false },
  { kind: 'visit', key: 'v', name: 'visit', ofAoi: true },
  { kind: 'hit', key: 'g', name: 'gaze on the AOI', ofAoi: true },
  { kind: 'anchor', key: 'k', name: 'anchor', ofAoi: true },
  { kind: 'doubt', key: 'd', name: 'doubtful frame', ofAoi: true },
  { kind: 'gap', key: 'u', name: 'gap without masks', ofAoi: true },
  { kind: 'event', key: 'j', name: 'event', ofAoi: false },
];

/** Kinds that need no gaze: a medical volume has none. @type {ReadonlyArray<JumpKind>} */
const WITHOUT_GAZE = ['anchor', 'doubt', 'gap'];

/** What there is to jump to. @param {import('../core/context.js').Ctx} ctx */
const jumpsOf = (ctx) => JUMPS.filter(({ kind }) => !ctx.volume || WITHOUT_GAZE.includes(kind));

/**
 * Binds the keys.
 * @param {TimelineData} data
 * @param {(words: string) => void} announce
 * @returns {{jump: Jump, off: () => void}}
 */
export function bindJumps(data, announce) {
  /** @type {Jump} */
  const jump = (kind, direction) => go(data, announce, kind, direction);
  const offs = jumpsOf(data.ctx).flatMap(({ kind, key, name }) =>
    /** @type {const} */ ([1, -1]).map((direction) =>
      data.ctx.keys.bind({
        id: `jump.${kind}.${direction > 0 ? 'next' : 'previous'}`,
        label: `${direction > 0 ? 'Next' : 'Previous'} ${name}`,
        group: 'Jump',
        keys: [direction > 0 ? key : `Shift+${key}`],
        run: () => jump(kind, direction),
      }),
    ),
  );
  return { jump, off: () => offs.forEach((off) => off()) };
}

/**
 * @param {TimelineData} data
 * @param {(words: string) => void} announce
 * @param {JumpKind} kind
 * @param {1 | -1} direction
 */
function go(data, announce, kind, direction) {
  const { player, say, ui, results, store } = data.ctx;
  const { name, ofAoi } = JUMPS.find((each) => each.kind === kind) ?? JUMPS[0];
  const stops = data.stops(kind);
  const frame = next(stops, player.frameIdx, direction);
  if (frame === null) {
    const of = ofAoi ? ` (${store.aois.get(ui.get('selected') ?? -1)?.name ?? 'any AOI'})` : '';
    if (stops.length > 0) return say.info(`No ${direction > 0 ? 'later' : 'earlier'} ${name}${of}.`);
    return say.info(`${whyNone(data, kind, name)}${of}.`);
  }
  if (kind === 'fixation' && results.eye) ui.set('fixation', fixationAt(results.eye, frame));
  player.seek(frame);
  announce(`${name}, ${data.ctx.volume ? `slice ${frame}` : `frame ${frame}, ${data.timeAt(frame)}`}`);
}

/**
 * @param {TimelineData} data
 * @param {JumpKind} kind
 * @param {string} name
 */
function whyNone({ ctx }, kind, name) {
  const fromResults = kind === 'hit' || kind === 'visit';
  if (fromResults && !ctx.results.info) return 'The results are still being computed; try again in a moment';
  return `There is no ${name} in this recording`;
}

/**
 * Keeps the current fixation the one that is on screen.
 * @param {TimelineData} data
 * @param {number} frameIdx
 */
export function followFixation({ ctx }, frameIdx) {
  const { eye } = ctx.results;
  if (!eye) return;
  const on = (/** @type {number} */ i) =>
    eye.fixation_first_frame[i] <= frameIdx &&
    frameIdx < Math.max(eye.fixation_stop_frame[i], eye.fixation_first_frame[i] + 1);
  const now = ctx.ui.get('fixation');
  if (now !== null && on(now)) return;
  const found = fixationAt(eye, frameIdx);
  ctx.ui.set('fixation', found >= 0 && on(found) ? found : null);
}

/**
 * A choice of what to jump to, and previous and next.
 * @param {Jump} jump
 * @param {import('../core/context.js').Ctx} ctx
 */
export function jumpControl(jump, ctx) {
  const choice = el(
    'select',
    { class: 'timeline-jump-kind', aria: { label: 'Jump to' } },
    ...jumpsOf(ctx).map(({ kind, name, key }) => el('option', { value: kind, text: `${name} (${key})` })),
  );
  const step = (/** @type {1 | -1} */ direction) => () => jump(/** @type {JumpKind} */ (choice.value), direction);
  return el(
    'div',
    { class: 'row timeline-jump' },
    button({ label: 'Previous', icon: icon('back'), iconOnly: true, class: 'quiet small', run: step(-1) }),
    choice,
    button({ label: 'Next', icon: icon('next'), iconOnly: true, class: 'quiet small', run: step(1) }),
  );
}

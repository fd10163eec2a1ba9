// After a click: up to three possible masks, to be switched between.
import { maskOf } from '../core/scene.js';
import { button, el, replace } from './dom.js';
import { icon } from './icons.js';
import { pathOf } from './painter.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/messages.js').Candidate} Candidate */

const THUMB_PX = { width: 96, height: 72 };
const MARGIN = 0.35;

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountCandidates(root, ctx, parts) {
  const { annotator } = parts;
  const bar = el('div', { class: 'candidates', role: 'radiogroup', hidden: true, aria: { label: 'Possible masks' } });
  root.append(bar);
  /** @type {unknown} */
  let shown = null;
  const show = () => {
    const { choice } = annotator;
    bar.hidden = choice === null;
    if (!choice) return void (shown = null);
    if (shown !== choice.list) {
      shown = choice.list;
      replace(bar, ...choice.list.map((candidate, at) => thumbnail(candidate, at, ctx, parts)), closing(annotator));
    }
    bar.querySelectorAll('[role=radio]').forEach((radio, at) => {
      radio.setAttribute('aria-checked', String(at === choice.index));
    });
  };
  const next = (/** @type {number} */ by) => void annotator.choose((annotator.choice?.index ?? 0) + by);
  const when = () => annotator.choice !== null;
  const onStage = () => when() && document.activeElement === parts.stage?.over;
  bar.addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by || !(event.target instanceof HTMLElement) || event.target.role !== 'radio') return;
    event.preventDefault();
    event.stopPropagation(); // else a frame on
    next(by);
    /** @type {HTMLElement|undefined} */ (bar.querySelectorAll('[role=radio]')[annotator.choice?.index ?? 0])?.focus();
  });
  const offs = [
    annotator.subscribe(show),
    ctx.keys.bind({ id: 'candidate.previous', label: 'Previous candidate mask', group: 'Annotate', keys: ['['], when, run: () => next(-1) }),
    ctx.keys.bind({ id: 'candidate.next', label: 'Next candidate mask', group: 'Annotate', keys: [']'], when, run: () => next(1) }),
    ctx.keys.bind({ id: 'candidate.tab', label: 'Next candidate mask', group: 'Annotate', keys: ['Tab'], when: onStage, run: () => next(1) }),
    ctx.keys.bind({ id: 'candidate.close', label: 'Keep this mask', group: 'Annotate', keys: ['Escape'], when, run: () => void annotator.dismiss() }),
  ];
  return () => offs.forEach((off) => off());
}

/** @param {import('../core/annotate.js').Annotator} annotator */
function closing(annotator) {
  return button({ label: 'Keep this mask', icon: icon('close'), iconOnly: true, class: 'quiet small', run: () => annotator.dismiss() });
}

/** @param {Candidate} candidate @param {number} at @param {Ctx} ctx @param {Parts} parts */
function thumbnail(candidate, at, ctx, parts) {
  const canvas = el('canvas', { aria: { hidden: 'true' } });
  draw(canvas, candidate, ctx, parts);
  const score = Number.isFinite(candidate.score) ? ` · ${Math.round(candidate.score * 100)} %` : '';
  return el(
    'button',
    { type: 'button', class: 'candidate', role: 'radio', title: 'Take this mask ( [ and ] switch )',
      aria: { label: `Mask ${at + 1}, ${candidate.area} pixels${score}` }, on: { click: () => void parts.annotator.choose(at) } },
    canvas,
    el('span', { text: `${at + 1}${score}` }),
  );
}

/** @param {HTMLCanvasElement} canvas @param {Candidate} candidate @param {Ctx} ctx @param {Parts} parts */
function draw(canvas, candidate, ctx, parts) {
  const { width, height } = ctx.store.recording;
  const mask = maskOf(candidate.counts, height, width);
  const [x0, y0, x1, y1] = mask.box ?? [0, 0, width, height];
  const side = Math.max((x1 - x0) / THUMB_PX.width, (y1 - y0) / THUMB_PX.height) * (1 + 2 * MARGIN);
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = THUMB_PX.width * ratio;
  canvas.height = THUMB_PX.height * ratio;
  const to = canvas.getContext('2d');
  if (!to) return;
  const scale = ratio / side;
  const [left, top] = [(x0 + x1) / 2 - (THUMB_PX.width * side) / 2, (y0 + y1) / 2 - (THUMB_PX.height * side) / 2];
  to.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  const picture = parts.stage?.shown?.picture;
  if (picture) to.drawImage(picture, 0, 0, width, height);
  const colour = ctx.store.aois.get(parts.annotator.choice?.objectId ?? -1)?.colour ?? '#0072b2';
  to.globalAlpha = 0.5;
  to.fillStyle = colour;
  to.fill(pathOf(mask));
  to.globalAlpha = 1;
  to.lineWidth = 1.5 * side;
  to.strokeStyle = '#ffffff';
  to.stroke(pathOf(mask));
}

// The first-run tour: five steps, each at the control it speaks of. It goes on where a control is missing.
import { button, el, replace, uniqueId } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {{anchor: string, panel?: 'aois'|'review'|'results', video?: boolean, title: string, text: string}} Step video: not for a still */

/** @type {Step[]} */
const STEPS = [
  { anchor: '.aoi-new', panel: 'aois', title: 'Name an AOI', text: 'Type what you want to know about, such as “cup”, and press Enter. It gets a colour and a number key.' },
  { anchor: '#stage', title: 'Click it', text: 'Click the object in the picture: its outline appears. Click again to add a part, right-click or Alt-click to take one away, drag for a box.' },
  { anchor: '.toolbar-track', video: true, title: 'Track it', text: 'Track follows the AOI through the video, forward and backward. You can go on working meanwhile, and stop at any time.' },
  { anchor: '#tab-review', panel: 'review', video: true, title: 'Review the doubtful moments', text: 'The queue lists the few moments where the mask may be wrong and gaze was near it. Correct or approve; the rest you need not watch.' },
  { anchor: '#tab-results', panel: 'results', title: 'See the results', text: 'Dwell time, visits and first fixations, up to date after each correction. Export tables, pictures or labels from here.' },
];
const GAP_PX = 12;
const RING_PX = 4;

/** @type {(() => void)|null} */
let endRunning = null;

/** Starts the tour unless it was seen or skipped before. @param {Ctx} ctx */
export function tourOnce(ctx) {
  if (!ctx.ui.get('tourSeen')) startTour(ctx);
}

/** Ends the tour if one is under way. */
export function endTour() {
  endRunning?.();
}

/** @param {Ctx} ctx @returns {() => void} ends it */
export function startTour(ctx) {
  endRunning?.();
  const before = document.activeElement;
  const panelBefore = ctx.ui.get('panel');
  const ring = el('div', { class: 'tour-ring', aria: { hidden: true } });
  const card = el('div', { class: 'tour-card', role: 'dialog', aria: { label: 'Tour' } });
  const steps = STEPS.filter((step) => !step.video || ctx.store.recording.n_frames > 1);
  let at = 0;
  const end = () => {
    ctx.ui.set('tourSeen', true);
    ctx.ui.set('panel', panelBefore);
    ring.remove();
    card.remove();
    globalThis.removeEventListener('resize', put);
    endRunning = null;
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const put = () => place(card, ring, anchorOf(steps[at]));
  const go = (/** @type {number} */ to) => {
    if (to >= steps.length) return end();
    at = Math.max(0, to);
    const step = steps[at];
    if (step?.panel) ctx.ui.set('panel', step.panel);
    fill(card, steps, at, go, end);
    put();
  };
  card.addEventListener('keydown', (event) => steer(event, card, () => go(at + 1), () => go(at - 1), end));
  document.body.append(ring, card);
  globalThis.addEventListener('resize', put);
  endRunning = end;
  go(0);
  return end;
}

/** @param {HTMLElement} card @param {Step[]} steps @param {number} at @param {(to: number) => void} go @param {() => void} end */
function fill(card, steps, at, go, end) {
  const step = steps[at];
  if (!step) return;
  const [title, text] = [uniqueId('tour'), uniqueId('tour')];
  const last = at === steps.length - 1;
  const next = button({ label: last ? 'Done' : 'Next', class: 'primary small', run: () => go(at + 1) });
  card.setAttribute('aria-labelledby', title);
  card.setAttribute('aria-describedby', text);
  replace(card,
    el('div', { class: 'row' },
      el('span', { class: 'badge', text: `${at + 1} of ${steps.length}` }), el('h2', { id: title, class: 'grow', text: step.title }),
      button({ label: 'Close the tour', icon: icon('close'), iconOnly: true, class: 'quiet small', run: end })),
    el('p', { id: text, text: step.text }),
    el('div', { class: 'row' },
      last ? null : button({ label: 'Skip the tour', class: 'quiet small', run: end }), el('span', { class: 'grow' }),
      at ? button({ label: 'Back', class: 'small', run: () => go(at - 1) }) : null, next));
  next.focus();
}

/** @param {KeyboardEvent} event @param {HTMLElement} card @param {() => void} next @param {() => void} back @param {() => void} end */
function steer(event, card, next, back, end) {
  event.stopPropagation();
  if (event.key === 'Escape') end();
  else if (event.key === 'ArrowRight') next();
  else if (event.key === 'ArrowLeft') back();
  else if (event.key !== 'Tab') return;
  else {
    const all = [...card.querySelectorAll('button')];
    const to = all.findIndex((each) => each === document.activeElement) + (event.shiftKey ? -1 : 1);
    all[(to + all.length) % all.length]?.focus();
  }
  event.preventDefault();
}

/** @param {Step|undefined} step @returns {HTMLElement|null} null where it is missing or hidden */
function anchorOf(step) {
  const found = step ? document.querySelector(step.anchor) : null;
  return found instanceof HTMLElement && found.getClientRects().length ? found : null;
}

/** Beside the anchor where there is room, else in the middle. @param {HTMLElement} card @param {HTMLElement} ring @param {HTMLElement|null} anchor */
function place(card, ring, anchor) {
  ring.hidden = anchor === null;
  const size = card.getBoundingClientRect();
  if (!anchor) return put(card, (innerWidth - size.width) / 2, (innerHeight - size.height) / 2);
  const box = anchor.getBoundingClientRect();
  const [left, top] = [Math.max(RING_PX, box.left) - RING_PX, Math.max(RING_PX, box.top) - RING_PX];
  ring.style.left = `${left}px`;
  ring.style.top = `${top}px`;
  ring.style.width = `${Math.min(innerWidth, box.right + RING_PX) - left}px`;
  ring.style.height = `${Math.min(innerHeight, box.bottom + RING_PX) - top}px`;
  const fits = {
    below: box.bottom + GAP_PX + size.height < innerHeight,
    above: box.top - GAP_PX - size.height > 0,
  };
  const place = fits.below ? box.bottom + GAP_PX : fits.above ? box.top - GAP_PX - size.height : box.top + GAP_PX * 2;
  put(card, Math.min(box.left, innerWidth - size.width - GAP_PX), place);
}

/** @param {HTMLElement} node @param {number} left @param {number} top */
function put(node, left, top) {
  node.style.left = `${Math.max(GAP_PX / 2, left)}px`;
  node.style.top = `${Math.max(GAP_PX / 2, top)}px`;
}

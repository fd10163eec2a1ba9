// The upper edge of the timeline, by which it is made higher or lower.

import { el } from './dom.js';
import { remPx } from './timeline_paint.js';

const KEPT = 'dwell.timelineRem';
const LEAST_REM = 9;
const STEP_REM = 1;
const DEFAULT_REM = 17;

/**
 * @param {HTMLElement} node whose height changes
 * @param {() => void} changed
 */
export function resizeGrip(node, changed) {
  const grip = el('div', {
    class: 'timeline-grip',
    role: 'separator',
    tabindex: 0,
    title: 'Drag to resize; double-click to reset',
    aria: { orientation: 'horizontal', label: 'Height of the timeline', valuemin: LEAST_REM },
  });
  const most = () => Math.max(LEAST_REM, Math.round((innerHeight * 0.7) / remPx()));
  let now = DEFAULT_REM;
  const set = (/** @type {number} */ rem) => {
    now = Math.min(most(), Math.max(LEAST_REM, rem));
    node.style.height = `${now}rem`;
    grip.setAttribute('aria-valuenow', String(Math.round(now)));
    grip.setAttribute('aria-valuemax', String(most()));
    keep(now);
    changed();
  };
  grip.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const [y, from] = [event.clientY, now];
    const move = (/** @type {PointerEvent} */ e) => set(from + (y - e.clientY) / remPx());
    const end = () => {
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('lostpointercapture', end);
    };
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', end);
  });
  grip.addEventListener('dblclick', () => set(DEFAULT_REM));
  grip.addEventListener('keydown', (event) => {
    const by = { ArrowUp: STEP_REM, ArrowDown: -STEP_REM }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(now + by);
  });
  set(kept());
  return grip;
}

/** @param {number} rem */
function keep(rem) {
  try {
    localStorage.setItem(KEPT, String(rem));
  } catch {
    // forbidden or full: it is forgotten, no more
  }
}

function kept() {
  try {
    return Number(localStorage.getItem(KEPT)) || DEFAULT_REM;
  } catch {
    return DEFAULT_REM;
  }
}

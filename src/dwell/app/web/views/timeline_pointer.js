// Mouse and touch on the strip: scrub, zoom, pan, select a span, menu, what is under the pointer.

import { frameAt, pan, toFrame, zoomAbout } from '../core/timeline.js';

/**
 * What the pointer acts on.
 * @typedef {object} Target
 * @property {() => [number, number]} getSpan
 * @property {(span: [number, number]) => void} setSpan
 * @property {() => number} width CSS px
 * @property {number} n
 * @property {(event: MouseEvent) => number | null} objectAt AOI under the pointer
 * @property {(frame: number, settle: boolean) => void} scrub
 * @property {(objectId: number, start: number, stop: number) => void} select
 * @property {(event: MouseEvent, frame: number, objectId: number | null) => void} menu
 * @property {(event: MouseEvent | null, frame: number, objectId: number | null) => void} hover null: it has left
 */

const WHEEL_PX_PER_E = 400;
const LINE_PX = 18;

/**
 * @param {HTMLElement} node as wide as the strip
 * @param {Target} target
 */
export function attachPointer(node, target) {
  const xOf = (/** @type {MouseEvent} */ event) => event.clientX - node.getBoundingClientRect().left;
  const frameOf = (/** @type {MouseEvent} */ event) => frameAt(target.getSpan(), target.width(), xOf(event), target.n);
  node.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || target.n === 0) return;
    const objectId = event.shiftKey ? target.objectAt(event) : null;
    if (objectId === null) scrubbing(node, event, target, frameOf);
    else selecting(node, event, target, frameOf, objectId);
  });
  node.addEventListener('pointermove', (event) => target.hover(event, frameOf(event), target.objectAt(event)));
  node.addEventListener('pointerleave', () => target.hover(null, 0, null));
  node.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    target.menu(event, frameOf(event), target.objectAt(event));
  });
  node.addEventListener('wheel', (event) => wheel(event, target, xOf(event)), { passive: false });
}

/**
 * @param {WheelEvent} event
 * @param {Target} target
 * @param {number} x
 */
function wheel(event, target, x) {
  if (target.n === 0) return;
  event.preventDefault();
  const scale = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
  const span = target.getSpan();
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (event.shiftKey || sideways) {
    const by = (sideways ? event.deltaX : event.deltaY) * scale;
    target.setSpan(pan(span, (by / target.width()) * (span[1] - span[0]), target.n));
    return;
  }
  const factor = Math.exp((event.deltaY * scale) / WHEEL_PX_PER_E);
  target.setSpan(zoomAbout(span, toFrame(span, target.width(), x), factor, target.n));
}

/**
 * @param {HTMLElement} node
 * @param {PointerEvent} event
 * @param {Target} target
 * @param {(event: MouseEvent) => number} frameOf
 */
function scrubbing(node, event, target, frameOf) {
  let frame = frameOf(event);
  target.scrub(frame, false);
  dragging(node, event, {
    move(e) {
      const now = frameOf(e);
      if (now !== frame) target.scrub((frame = now), false);
    },
    end: () => target.scrub(frame, true),
  });
}

/**
 * @param {HTMLElement} node
 * @param {PointerEvent} event
 * @param {Target} target
 * @param {(event: MouseEvent) => number} frameOf
 * @param {number} objectId
 */
function selecting(node, event, target, frameOf, objectId) {
  const from = frameOf(event);
  const select = (/** @type {MouseEvent} */ e) => {
    const to = frameOf(e);
    target.select(objectId, Math.min(from, to), Math.max(from, to) + 1);
  };
  select(event);
  dragging(node, event, { move: select, end: () => {} });
}

/**
 * @param {HTMLElement} node
 * @param {PointerEvent} event
 * @param {{move: (event: PointerEvent) => void, end: () => void}} on
 */
function dragging(node, event, { move, end }) {
  node.setPointerCapture(event.pointerId);
  const stop = () => {
    node.removeEventListener('pointermove', move);
    node.removeEventListener('lostpointercapture', stop);
    end();
  };
  node.addEventListener('pointermove', move);
  node.addEventListener('lostpointercapture', stop);
}

// The editor's icons, drawn for it on a 16 × 16 grid, as strokes.
import { svg } from './dom.js';

const PATHS = {
  absent: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM4 12 12 4',
  box: 'M2.5 3.5h11v9h-11z',
  brush: 'M13.5 2.5 7.6 8.6M7.6 8.6c-2-.2-3.1.9-3.2 2.6 0 1-.6 1.8-1.9 2.1 1.1.8 4.9 1 6.3-1.3.9-1.5.3-3.2-1.2-3.4z',
  click: 'M4.5 2.5v9.2l2.4-2.2 1.6 3.9 1.8-.8-1.6-3.7h3.1z',
  eraser: 'M6 13.2h7.5M3 10.2l6-6.7 4 3.6-5.3 6.1H5.6z',
  eyeOff: 'M2 2.5l12 11M6.2 4.1A7 7 0 0 1 8 3.8C12 3.8 14.5 8 14.5 8a12 12 0 0 1-1.9 2.3M4 5.2A12 12 0 0 0 1.5 8S4 12.2 8 12.2a7 7 0 0 0 2.6-.5',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M5.5 6h5v4h-5z',
  layers: 'M8 2 14 5.2 8 8.4 2 5.2zM2.5 8.2 8 11.1l5.5-2.9M2.5 10.9 8 13.8l5.5-2.9',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  minus: 'M3 8h10',
  more: 'M3.4 8h.2M7.9 8h.2M12.4 8h.2',
  pan: 'M8 2v12M2 8h12M8 2 6.2 3.8M8 2l1.8 1.8M8 14l-1.8-1.8M8 14l1.8-1.8M2 8l1.8-1.8M2 8l1.8 1.8M14 8l-1.8-1.8M14 8l-1.8 1.8',
  plus: 'M8 3v10M3 8h10',
  redo: 'M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9',
  tools: 'M10.4 5.6a2.9 2.9 0 0 0 3.5-3.4l-1.7 1.6-1.7-.4-.4-1.7 1.6-1.6A2.9 2.9 0 0 0 8 3.9L2.4 9.6a1.7 1.7 0 0 0 0 2.4l1.6 1.6a1.7 1.7 0 0 0 2.4 0l5.7-5.7',
  track: 'M2 11.5c2-6 4.5 1.5 6.5-3.5 1-2.6 2.4-3.6 4.3-3.6M10.5 2.5l2.8 1.9-2 2.6',
  undo: 'M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7',
  unlock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 4.8-1',
};

/** @typedef {keyof typeof PATHS} GlyphName */

/** @param {GlyphName} name @returns {SVGSVGElement} hidden from screen readers: the control has a name */
export function glyph(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: PATHS[name] }));
}

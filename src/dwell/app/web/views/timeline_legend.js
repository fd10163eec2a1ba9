// What the signs of the timeline mean: small samples painted by the timeline's own painters.

import { Lane } from '../core/lanes.js';
import { button, el } from './dom.js';
import { icon } from './icons.js';
import { paintLane } from './timeline_lane.js';
import { Patterns, prepare, remPx } from './timeline_paint.js';

const COLOUR = '#0072b2';
const FRAMES = 12;

/** @type {Array<{words: string, byte: number, doubt?: (i: number) => number, hits?: boolean, visits?: boolean, only?: number}>} */
const SAMPLES = [
  {
    words: 'Visible; solid as far as the tracker is sure',
    byte: 1,
    doubt: (i) => [0, 0, 10, 40, 120, 200, 160, 60, 20, 0, 0, 0][i],
  },
  { words: 'Absent: it is not in the picture', byte: 2 },
  { words: 'Lost: the tracker cannot say', byte: 3 },
  { words: 'Not tracked yet', byte: 0 },
  { words: 'Out of date: track it again', byte: 1 | 16 },
  { words: 'Approved by a person: never changes', byte: 1 | 4 },
  { words: 'Anchor: a mask made by a person', byte: 1, only: 8 },
  { words: 'To be checked', byte: 1, only: 32 },
  { words: 'Gaze on the AOI', byte: 1, hits: true },
  { words: 'Visit of gaze', byte: 1, hits: true, visits: true },
];

/** A button and its popover. */
export function legend() {
  const list = el('ul', { class: 'timeline-legend-list' });
  const panel = el('div', {
    class: 'timeline-legend',
    role: 'dialog',
    aria: { label: 'Signs on the timeline' },
    popover: 'auto',
  });
  panel.append(el('h3', { text: 'Signs on the timeline' }), list, el('p', { class: 'muted small-text', text: HOW }));
  const open = button({
    label: 'Signs on the timeline',
    icon: icon('help'),
    iconOnly: true,
    class: 'quiet small',
    run: () => {},
  });
  open.addEventListener('click', () => panel.togglePopover());
  panel.addEventListener('toggle', () => {
    const shown = panel.matches(':popover-open');
    open.setAttribute('aria-expanded', String(shown));
    if (!shown) return;
    fill(list);
    const at = open.getBoundingClientRect();
    panel.style.left = `${Math.max(8, Math.min(at.right, innerWidth - 8) - panel.offsetWidth)}px`;
    panel.style.top = `${Math.max(8, at.top - panel.offsetHeight - 6)}px`;
  });
  open.setAttribute('aria-expanded', 'false');
  const place = el('span', { class: 'timeline-legend-place' }, open, panel);
  place.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !panel.matches(':popover-open')) return;
    event.preventDefault(); // so that Escape ends nothing else
    panel.hidePopover();
  });
  return place;
}

const HOW =
  'Drag to scrub, turn the wheel to zoom, hold Shift and turn it to move. Shift-drag on a lane selects a span. Right-click for more.';

/** @param {HTMLElement} list */
function fill(list) {
  const patterns = new Patterns();
  list.replaceChildren(
    ...SAMPLES.map((sample) => {
      const canvas = el('canvas', { aria: { hidden: true } });
      const rem = remPx();
      const scene = prepare(canvas, 6 * rem, 2.25 * rem, [0, FRAMES], patterns);
      const bytes = Array.from({ length: FRAMES }, (_, i) => [
        sample.byte | (sample.only && i === FRAMES / 2 ? sample.only : 0),
        sample.doubt?.(i) ?? 0,
      ]);
      paintLane(scene, {
        y: 0,
        height: scene.height,
        colour: COLOUR,
        lane: new Lane(Uint8Array.from(bytes.flat())),
        hits: sample.hits ? [[3, 9]] : [],
        visits: sample.visits ? [[3, 9]] : [],
        selected: false,
        dim: false,
      });
      return el('li', null, canvas, el('span', { text: sample.words }));
    }),
  );
}

// Icons drawn for this page on a 16 × 16 grid, as strokes.
import { svg } from './dom.js';

const PATHS = {
  add: 'M8 3v10M3 8h10',
  archive: 'M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.5h3',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  box: 'M3 3.5h10v9H3z',
  brush: 'M13 2.5 7.5 8M7.5 8c-2 0-3 1-3 2.7 0 1-.6 1.8-1.7 2.1 1 .7 4.7.9 6-1.3C9.8 9.9 8.9 8.2 7.5 8z',
  check: 'M3 8.5 6.5 12 13 4.5',
  click: 'M8 2v3M8 11v3M2 8h3M11 8h3M8 7.5v1',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  demo: 'M6 4.5v7l5.5-3.5zM1.5 2.5h13v11h-13z',
  down: 'M3.5 6 8 10.5 12.5 6',
  eraser: 'M6 13h7.5M3 10l6-6.5 4 3.6L7.5 13H5.5z',
  export: 'M8 10V2M5 5l3-3 3 3M3 9v4.5h10V9',
  eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  file: 'M4 1.8h5L12.5 5.3v8.9H4zM9 1.8v3.5h3.5',
  folder: 'M1.8 3.5h4.2L7.5 5h6.7v8H1.8z',
  help: 'M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.3M8 11.4v.3M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  images: 'M2 5h9.5v8.5H2zM4.5 5V2.5H14V11h-2.5M2.5 12l3-3.5 2 2 1.5-1.5 2.5 3',
  info: 'M8 7v4.5M8 4.5v.4M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  next: 'M6.5 3.5 11 8l-4.5 4.5',
  pause: 'M5 3v10M11 3v10',
  play: 'M4.5 2.8v10.4L13 8z',
  project: 'M2 3h12v10H2zM2 6h12M5 9.5h2M9 9.5h2.5',
  recording: 'M1.8 4h8.7v8H1.8zM10.5 7l3.7-2v6l-3.7-2',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14',
  sort: 'M5 3v10M5 13l-2.5-2.5M5 13l2.5-2.5M11 13V3M11 3 8.5 5.5M11 3l2.5 2.5',
  table: 'M2 3h12v10H2zM2 6.3h12M2 9.7h12M6.5 3v10',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  video: 'M2 3.5h12v9H2zM6.5 6v4l3.5-2zM2 6h1.5M2 10h1.5M12.5 6H14M12.5 10H14',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.3',
  wide: 'M9.5 3H13v3.5M13 3 9 7M6.5 13H3V9.5M3 13l4-4',
};

/** @typedef {keyof typeof PATHS} IconName */

/**
 * @param {IconName} name
 * @returns {SVGSVGElement} hidden from screen readers: the control has a name of its own
 */
export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: PATHS[name] }));
}

/** The eye with its field of view: the mark of the app. @returns {SVGSVGElement} */
export function logo() {
  return svg(
    'svg',
    { class: 'logo', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    svg('path', { class: 'logo-frame', d: 'M5 11V5h6M21 5h6v6M27 21v6h-6M11 27H5v-6' }),
    svg('path', { class: 'logo-eye', d: 'M7 16s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6z' }),
    svg('circle', { class: 'logo-pupil', cx: 16, cy: 16, r: 3.2 }),
  );
}

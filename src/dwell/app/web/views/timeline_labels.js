// The column of names beside the lanes: colour, name, number key, state at the playhead.

import { el, replace } from './dom.js';

/** @typedef {import('./timeline_data.js').TimelineData} TimelineData */

const EMPTY = 'No AOIs yet. Press n to name one, then click it in the picture.';

export class Labels {
  /**
   * @param {TimelineData} data
   * @param {(objectId: number) => void} select
   */
  constructor(data, select) {
    this.data = data;
    this.select = select;
    this.node = el('div', { class: 'timeline-names', role: 'group', aria: { label: 'AOIs on the timeline' } });
    /** @type {Map<number, {row: HTMLButtonElement, state: HTMLElement}>} */
    this.rows = new Map();
  }

  /** Makes the rows anew. */
  build() {
    const { store, ui } = this.data.ctx;
    const focused = [...this.rows].find(([, { row }]) => row === document.activeElement)?.[0];
    this.rows.clear();
    for (const aoi of this.data.aois) {
      const key = Object.entries(store.view.keys ?? {}).find(([, id]) => id === aoi.object_id)?.[0];
      const swatch = el('span', { class: 'timeline-swatch' });
      swatch.style.background = aoi.colour;
      const state = el('span', { class: 'timeline-state cut' });
      const row = el(
        'button',
        {
          type: 'button',
          class: 'timeline-name',
          title: `${aoi.name}: select`,
          aria: { pressed: ui.get('selected') === aoi.object_id },
          on: { click: () => this.select(aoi.object_id) },
        },
        swatch,
        el('span', { class: 'timeline-words' }, el('span', { class: 'cut', text: aoi.name }), state),
        key ? el('kbd', { text: key, aria: { hidden: true } }) : null,
      );
      this.rows.set(aoi.object_id, { row, state });
    }
    const rows = [...this.rows.values()].map(({ row }) => row);
    replace(this.node, ...(rows.length ? rows : [el('p', { class: 'timeline-empty muted', text: EMPTY })]));
    if (focused !== undefined) this.rows.get(focused)?.row.focus();
    this.update();
  }

  /** Selection and states at the playhead. */
  update() {
    const { ui, player } = this.data.ctx;
    for (const [id, { row, state }] of this.rows) {
      const pressed = String(ui.get('selected') === id);
      if (row.getAttribute('aria-pressed') !== pressed) row.setAttribute('aria-pressed', pressed);
      const words = this.data.stateAt(id, player.frameIdx) || '–';
      if (state.textContent !== words) state.textContent = words;
    }
  }

  /** @param {number} objectId */
  show(objectId) {
    this.rows.get(objectId)?.row.scrollIntoView({ block: 'nearest' });
  }
}

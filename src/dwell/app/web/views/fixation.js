// Fixations one by one: which AOIs each is on by the mapping, and put elsewhere by hand.

import { fixationAt } from '../core/jumps.js';
import { filterFixations, listFixations, nearBorder, stepFixation, toggled } from '../core/fixations.js';
import { clock as timeText } from '../core/time.js';
import { button, el, replace } from './dom.js';
import { icon } from './icons.js';

/**
 * @typedef {import('../core/context.js').Ctx} Ctx
 * @typedef {import('../core/fixations.js').Fixation} Fixation
 * @typedef {import('../core/fixations.js').FixationFilter} FixationFilter
 *
 * @typedef {object} Owner
 * @property {() => import('../core/messages.js').Moment[]} moments of the review queue
 * @property {() => boolean} shown
 * @property {() => void} open shows the fixations
 * @property {(words: string) => void} announce
 */

/** @type {Array<[FixationFilter, string]>} */
const FILTERS = [
  ['all', 'All'],
  ['border', 'Near a border'],
  ['hand', 'By hand'],
  ['nothing', 'On nothing'],
];
const GROUP = 'Fixations';
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export class FixationView {
  /**
   * @param {Ctx} ctx
   * @param {Owner} owner
   */
  constructor(ctx, owner) {
    this.ctx = ctx;
    this.owner = owner;
    /** @type {FixationFilter} */
    this.filter = 'all';
    /** Whether number keys put the fixation on AOIs. */
    this.assigning = false;
    /** @type {Array<() => void>} */
    this.bound = [];
    this.due = false;
    this.filterChoice = el(
      'select',
      { aria: { label: 'Which fixations' } },
      ...FILTERS.map(([value, text]) => el('option', { value, text })),
    );
    this.filterChoice.addEventListener('change', () => this.setFilter());
    this.place = el('span', { class: 'numbers grow', role: 'status' });
    this.card = el('div', { class: 'fixation-card' });
    const run = () => this.setAssigning(!this.assigning);
    this.mode = button({
      label: 'Number keys put it on AOIs',
      class: 'small',
      title: 'Number keys put the fixation on AOIs (w)',
      run,
    });
    this.mode.append(el('kbd', { text: 'W', aria: { hidden: true } }));
    this.node = this.build();
    this.offs = [
      ctx.ui.subscribe((key) => key === 'fixation' && this.showLater()),
      ctx.store.subscribe((change) => (change.marks || change.aois || change.view) && this.showLater()),
      ctx.results.subscribe(() => this.showLater()),
    ];
    this.bind();
  }

  close() {
    for (const off of [...this.offs, ...this.bound]) off();
  }

  build() {
    const step = (/** @type {1 | -1} */ direction) => () => this.step(direction);
    return el(
      'div',
      { class: 'fixations stack', hidden: true },
      el('label', { class: 'row' }, el('span', { text: 'Show' }), this.filterChoice),
      el(
        'div',
        { class: 'row' },
        button({
          label: 'Previous fixation (Shift+F)',
          icon: icon('back'),
          iconOnly: true,
          class: 'small',
          run: step(-1),
        }),
        this.place,
        button({ label: 'Next fixation (F)', icon: icon('next'), iconOnly: true, class: 'small', run: step(1) }),
      ),
      this.card,
      this.mode,
    );
  }

  /** Binds keys, after those of others. */
  bind() {
    for (const off of this.bound) off();
    const { shown } = this.owner;
    const review = () => this.ctx.ui.get('panel') === 'review';
    const assigning = () => shown() && this.assigning;
    const key = (
      /** @type {string} */ id,
      /** @type {string} */ label,
      /** @type {string[]} */ keys,
      /** @type {() => boolean} */ when,
      /** @type {() => unknown} */ run,
    ) => this.ctx.keys.bind({ id: `fixation.${id}`, label, group: GROUP, keys, when, run: () => void run() });
    this.bound = [
      key('next', 'Next fixation of the filter', ['f'], shown, () => this.step(1)),
      key('previous', 'Previous fixation of the filter', ['Shift+f'], shown, () => this.step(-1)),
      key(
        'assign',
        'Number keys put the fixation on AOIs',
        ['w'],
        review,
        () => (this.owner.open(), this.setAssigning(!this.assigning)),
      ),
      ...DIGITS.map((digit) =>
        key(`aoi${digit}`, `Put it on AOI ${digit}, or take it off`, [digit], assigning, () => this.toggleByKey(digit)),
      ),
      key('none', 'Put it on no AOI', ['0'], assigning, () => this.put([])),
      key('rule', 'As the mapping says', ['Backspace'], assigning, () => this.put(null)),
      key('leave', 'Number keys select AOIs again', ['Escape'], assigning, () => this.setAssigning(false)),
    ];
  }

  opened() {
    this.ctx.results.want();
    this.showLater();
  }

  get all() {
    const { results, store } = this.ctx;
    return listFixations(results.eye, results.info?.fixations_on ?? [], store.marks);
  }

  /** @param {readonly Fixation[]} all */
  listed(all) {
    const near = this.filter === 'border' ? nearBorder(all, this.owner.moments()) : new Set();
    return filterFixations(all, this.filter, near);
  }

  /** Index in Eye of the fixation one is at; −1: before the first. */
  get index() {
    const { ui, results, player } = this.ctx;
    return ui.get('fixation') ?? (results.eye ? fixationAt(results.eye, player.frameIdx) : -1);
  }

  /** @param {1 | -1} direction */
  step(direction) {
    const listed = this.listed(this.all);
    const found = stepFixation(listed, this.index, direction);
    if (!found)
      return this.ctx.say.info(
        listed.length ? `No ${direction > 0 ? 'later' : 'earlier'} fixation here.` : this.whyNone(),
      );
    this.ctx.ui.set('fixation', found.index);
    this.ctx.player.seek(found.first);
    this.owner.announce(`${this.titleOf(found)}, ${this.wordsOf(found)}`);
    this.showLater();
  }

  setFilter() {
    this.filter = /** @type {FixationFilter} */ (this.filterChoice.value);
    this.showLater();
  }

  /** @param {boolean} on */
  setAssigning(on) {
    this.assigning = on;
    this.owner.announce(
      on
        ? 'Number keys put the fixation on AOIs. 0: on none. Backspace: as the mapping says.'
        : 'Number keys select AOIs.',
    );
    this.showLater();
  }

  /** @param {string} digit */
  toggleByKey(digit) {
    const aoi = this.ctx.store.aoiByKey(digit);
    if (!aoi) return this.ctx.say.info(`No AOI has the key ${digit}.`);
    this.toggle(aoi.object_id);
  }

  /** @param {number} objectId */
  toggle(objectId) {
    const fixation = this.all[this.index];
    if (fixation) void this.put(toggled(fixation.on, objectId));
  }

  /** @param {number[] | null} objectIds null: as the mapping says */
  async put(objectIds) {
    const { api, client, say } = this.ctx;
    const fixation = this.all[this.index];
    if (!fixation) return say.info('Go to a fixation first: F.');
    try {
      await api.put(`fixations/${fixation.startNs}`, { client, object_ids: objectIds });
      const on = objectIds ?? fixation.byRule;
      this.owner.announce(
        `${this.titleOf(fixation)} is ${this.wordsOf({ ...fixation, on, byHand: objectIds !== null })}`,
      );
    } catch (error) {
      say.error(error);
    }
  }

  showLater() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      if (this.owner.shown()) this.show();
    });
  }

  show() {
    const all = this.all;
    const listed = this.listed(all);
    const fixation = all[this.index];
    const place = listed.findIndex(({ index }) => index === fixation?.index) + 1;
    this.place.textContent = listed.length
      ? place
        ? `${place} of ${listed.length}`
        : `${listed.length}; F goes to the next`
      : this.whyNone();
    this.mode.setAttribute('aria-pressed', String(this.assigning));
    this.card.hidden = !fixation || fixation.first < 0;
    this.mode.hidden = this.card.hidden;
    if (fixation && !this.card.hidden) this.showCard(fixation);
  }

  whyNone() {
    const { results, store } = this.ctx;
    if (!results.eye) return 'Loading fixations …';
    if (results.eye.fixation_first_frame.length === 0) {
      return store.recording.has_gaze ? 'This recording has no fixations.' : 'This recording has no gaze.';
    }
    return 'No fixation is like that.';
  }

  /** @param {Fixation} fixation */
  titleOf({ index }) {
    const id = this.ctx.results.eye?.fixation_ids[index] ?? -1;
    return `Fixation ${id >= 0 ? id : index + 1}`;
  }

  /** @param {Pick<Fixation, 'on' | 'byHand'>} fixation */
  wordsOf({ on, byHand }) {
    const names = on.map((id) => this.ctx.store.aois.get(id)?.name ?? 'a removed AOI');
    return `on ${names.join(' and ') || 'no AOI'}${byHand ? ', by hand' : ''}`;
  }

  /** @param {Fixation} fixation */
  showCard(fixation) {
    const { store, player } = this.ctx;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.put : undefined;
    const time = timeText(player.msOf(fixation.first) / 1000, 1);
    const facts = `${time} · ${Math.round(fixation.durationMs)} ms · frames ${fixation.first}–${fixation.stop - 1}`;
    const byRule = this.wordsOf({ on: fixation.byRule, byHand: false });
    replace(
      this.card,
      el(
        'div',
        { class: 'row' },
        el('h3', { class: 'grow', text: this.titleOf(fixation) }),
        fixation.byHand ? el('span', { class: 'badge fixation-hand', text: 'by hand' }) : null,
      ),
      el('p', { class: 'muted small-text numbers', text: facts }),
      el('p', { text: `The mapping says: ${byRule}.` }),
      el(
        'div',
        { class: 'row wrap', role: 'group', aria: { label: 'Put the fixation on' } },
        ...[...store.aois.values()].map((aoi) => this.chip(fixation, aoi)),
      ),
      el(
        'div',
        { class: 'row wrap' },
        el('button', {
          type: 'button',
          class: 'button small',
          text: 'On nothing',
          data: { put: 'none' },
          aria: { pressed: fixation.on.length === 0 },
          on: { click: () => void this.put([]) },
        }),
        el('button', {
          type: 'button',
          class: 'button small',
          text: 'As the mapping says',
          data: { put: 'rule' },
          disabled: !fixation.byHand,
          on: { click: () => void this.put(null) },
        }),
      ),
    );
    if (focused) /** @type {HTMLElement | null} */ (this.card.querySelector(`[data-put="${focused}"]`))?.focus();
  }

  /** @param {Fixation} fixation @param {import('../core/messages.js').Aoi} aoi */
  chip(fixation, aoi) {
    const key = Object.entries(this.ctx.store.view.keys ?? {}).find(([, id]) => id === aoi.object_id)?.[0];
    const swatch = el('span', { class: 'timeline-swatch' });
    swatch.style.background = aoi.colour;
    return el(
      'button',
      {
        type: 'button',
        class: 'button small',
        data: { put: aoi.object_id },
        aria: { pressed: fixation.on.includes(aoi.object_id) },
        on: { click: () => this.toggle(aoi.object_id) },
      },
      swatch,
      el('span', { text: aoi.name }),
      key && this.assigning ? el('kbd', { text: key, aria: { hidden: true } }) : null,
    );
  }
}

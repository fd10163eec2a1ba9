// A selected span of one AOI: a small bar with what can be done to it, and the menu of a place on the timeline.

import { frameWord } from '../core/volume.js';
import { approveSpan, markAbsent, markSpanAbsent, stretchAround, trackSpan } from '../core/spans.js';
import { count } from '../core/queue.js';
import { confirm } from './dialog.js';
import { button, el, replace } from './dom.js';
import { icon } from './icons.js';
import { openMenu } from './menu.js';

/**
 * @typedef {import('./timeline_data.js').TimelineData} TimelineData
 * @typedef {import('../core/spans.js').AoiSpan} AoiSpan
 */

export class SpanBar {
  /**
   * @param {TimelineData} data
   * @param {{changed: () => void, zoomTo: (start: number, stop: number) => void}} owner
   */
  constructor(data, owner) {
    this.data = data;
    this.owner = owner;
    /** @type {AoiSpan | null} */
    this.span = null;
    this.node = el('div', {
      class: 'row timeline-span',
      role: 'toolbar',
      hidden: true,
      aria: { label: 'Selected span' },
    });
    const group = 'Timeline';
    const { keys } = data.ctx;
    this.offs = [
      keys.bind({ id: 'span.start', label: 'Start a span here', group, keys: ['i'], run: () => this.edge('start') }),
      keys.bind({
        id: 'span.stop',
        label: 'End the span here',
        group,
        keys: ['Shift+i'],
        run: () => this.edge('stop'),
      }),
      keys.bind({
        id: 'span.clear',
        label: 'Clear the span',
        group,
        keys: ['Escape'],
        when: () => this.span !== null,
        run: () => this.set(null),
      }),
    ];
  }

  close() {
    this.offs.forEach((off) => off());
    this.data.ctx.ui.set('span', null);
  }

  /** After AOIs have changed: another name, or the AOI is gone. */
  renew() {
    if (this.span && !this.data.ctx.store.aois.has(this.span.objectId)) this.set(null);
    else this.build();
  }

  /** @param {AoiSpan | null} span */
  set(span) {
    const inside = this.node.contains(document.activeElement);
    this.span = span;
    this.data.ctx.ui.set('span', span);
    this.build();
    if (inside && !span) /** @type {HTMLElement | null} */ (document.querySelector('.timeline-slider'))?.focus();
    this.owner.changed();
  }

  /**
   * Moves an end of the span to the playhead.
   * @param {'start' | 'stop'} which
   */
  edge(which) {
    const { ui, store, player, say } = this.data.ctx;
    const objectId = ui.get('selected');
    if (objectId === null || !store.aois.has(objectId))
      return say.info('Select an AOI first: its number key, or its name.');
    const frame = player.frameIdx;
    const same = this.span?.objectId === objectId ? this.span : { objectId, start: frame, stop: frame + 1 };
    const next = which === 'start' ? { ...same, start: frame } : { ...same, stop: frame + 1 };
    if (next.start >= next.stop) {
      if (which === 'start') next.stop = frame + 1;
      else next.start = frame;
    }
    this.set(next);
  }

  build() {
    const { span, data } = this;
    const aoi = span && data.ctx.store.aois.get(span.objectId);
    this.node.hidden = !aoi;
    if (!span || !aoi) return;
    const n = span.stop - span.start;
    const words = `${aoi.name}: ${count(n, frameWord(data.ctx.store.recording))} from ${span.start}${data.ctx.volume ? '' : ` (${data.timeAt(span.start)})`}`;
    const small = (/** @type {string} */ label, /** @type {() => void} */ run, title = '') =>
      button({ label, run, class: 'small', title });
    replace(
      this.node,
      el('span', { class: 'cut numbers', text: words }),
      small('Approve', () => void approveSpan(data.ctx, span, true), 'Lock these masks as they are'),
      small('Unlock', () => void approveSpan(data.ctx, span, false), 'Take the approval back'),
      small('Mark absent…', () => void this.absent(span)),
      small('Track', () => void trackSpan(data.ctx, span), 'Track this AOI in these frames'),
      small('Zoom', () => this.owner.zoomTo(span.start, span.stop), 'Zoom the timeline to these frames'),
      button({
        label: 'Clear the span',
        icon: icon('close'),
        iconOnly: true,
        class: 'quiet small',
        run: () => this.set(null),
      }),
    );
  }

  /** @param {AoiSpan} span */
  async absent(span) {
    const { ctx } = this.data;
    const name = ctx.store.aois.get(span.objectId)?.name ?? 'The AOI';
    const n = span.stop - span.start;
    const text =
      n > 2
        ? `${name} is marked absent on the first and the last of ${n} ${frameWord(ctx.store.recording)}s, and those between are tracked again. You can undo it.`
        : `${name} is marked absent on ${count(n, frameWord(ctx.store.recording))}. You can undo it.`;
    if (await confirm({ title: `${name} is not there`, text, yes: 'Mark absent' })) await markSpanAbsent(ctx, span);
  }
}

/**
 * The menu of a place on the timeline.
 * @param {TimelineData} data
 * @param {SpanBar} bar
 * @param {{frame: number, objectId: number | null, x: number, y: number, zoomTo: (start: number, stop: number) => void,
 *   fit: () => void, anchor: HTMLElement}} at x, y: of the pointer; anchor: moved there
 */
export function openPlaceMenu(data, bar, { frame, objectId, x, y, zoomTo, fit, anchor }) {
  const { ctx } = data;
  const aoi = objectId === null ? undefined : ctx.store.aois.get(objectId);
  const lane = aoi && data.lanes.get(aoi.object_id);
  const stretch = lane && frame < lane.n ? stretchAround(lane, frame) : null;
  anchor.style.left = `${x}px`;
  anchor.style.top = `${y}px`;
  /** @type {Array<import('./menu.js').MenuItem | '-'>} */
  const items = [{ label: ctx.volume ? `Go to slice ${frame}` : `Go to frame ${frame}, ${data.timeAt(frame)}`, run: () => ctx.player.seek(frame) }];
  if (aoi) {
    const span = stretch && { objectId: aoi.object_id, start: stretch[0], stop: stretch[1] };
    const like = span ? ` (${count(span.stop - span.start, frameWord(ctx.store.recording))} ${data.stateAt(aoi.object_id, frame)})` : '';
    items.push(
      { label: `Select ${aoi.name}`, run: () => ctx.ui.set('selected', aoi.object_id) },
      '-',
      { label: `Select this stretch${like}`, disabled: !span, run: () => span && bar.set(span) },
      { label: 'Approve this stretch', disabled: !span, run: () => span && void approveSpan(ctx, span, true) },
      { label: 'Unlock this stretch', disabled: !span, run: () => span && void approveSpan(ctx, span, false) },
      { label: `Mark absent on ${frameWord(ctx.store.recording)} ${frame}`, run: () => void markAbsent(ctx, aoi.object_id, frame) },
      { label: 'Track this stretch', disabled: !span, run: () => span && void trackSpan(ctx, span) },
      { label: 'Zoom to this stretch', disabled: !span, run: () => span && zoomTo(span.start, span.stop) },
    );
  }
  items.push('-', { label: 'Show the whole recording', run: fit });
  openMenu(anchor, items);
}

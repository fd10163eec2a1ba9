// One moment of the review queue, as a line in a list.

import { REASONS, borderText } from '../core/queue.js';
import { clock as timeText, roughly } from '../core/time.js';
import { button, el } from './dom.js';

/**
 * @typedef {import('../core/context.js').Ctx} Ctx
 * @typedef {import('../core/messages.js').Moment} Moment
 */

const THUMB_PX = 160;

/**
 * @param {Ctx} ctx
 * @param {Moment} moment
 * @param {() => void} go
 */
export function momentItem(ctx, moment, go) {
  const { store, player } = ctx;
  const { recording } = store;
  const aoi = store.aois.get(moment.object_id);
  const name = aoi?.name ?? 'AOI';
  const { sign, words } = REASONS[moment.reason];
  const swatch = el('span', { class: 'timeline-swatch' });
  swatch.style.background = aoi?.colour ?? 'transparent';
  const share = el('span', { class: 'review-share', aria: { hidden: true } });
  share.style.width = `${Math.max(1.5, moment.weight * 100)}%`;
  const time = timeText(player.msOf(moment.frame_idx) / 1000, 1);
  const facts = [
    borderText(moment.border_deg, recording.has_camera),
    moment.affected_ms > 0 ? `${roughly(moment.affected_ms / 1000)} of gaze` : '',
  ];
  const reason = el(
    'span',
    { class: 'review-reason' },
    el('span', { class: 'review-sign', text: sign, aria: { hidden: true } }),
    words,
  );
  const line = el(
    'span',
    { class: 'review-line' },
    swatch,
    el('strong', { class: 'cut grow', text: name }),
    el('span', { class: 'numbers muted', text: time }),
  );
  const row = el(
    'button',
    { type: 'button', class: 'review-moment', title: moment.why, data: { frame: moment.frame_idx }, on: { click: go } },
    thumbnail(ctx, moment.frame_idx),
    el(
      'span',
      { class: 'review-words' },
      line,
      reason,
      el('span', { class: 'review-why', text: moment.why }),
      el('span', { class: 'review-facts muted', text: facts.filter(Boolean).join(' · ') }),
      el(
        'span',
        { class: 'row review-shares' },
        el('span', { class: 'review-bar' }, share),
        el('span', { class: 'numbers', text: percent(moment.weight), title: 'of the possible error' }),
      ),
    ),
  );
  return el('li', null, row);
}

/** @param {Ctx} ctx @param {number} frameIdx */
function thumbnail({ api, store }, frameIdx) {
  const { frames_tag: tag, width, height } = store.recording;
  const src = api.url(`frames/${frameIdx}.jpg?tag=${encodeURIComponent(tag)}&w=${THUMB_PX}`);
  return el('img', {
    class: 'review-thumb',
    src,
    loading: 'lazy',
    decoding: 'async',
    alt: '',
    width,
    height,
    draggable: 'false',
  });
}

/**
 * A moment that was dealt with.
 * @param {Ctx} ctx
 * @param {import('../core/queue.js').Dealt} done
 * @param {{go: () => void, undo: () => void}} run
 */
export function dealtItem({ store, player }, { moment, outcome }, { go, undo }) {
  const name = store.aois.get(moment.object_id)?.name ?? 'AOI';
  const time = timeText(player.msOf(moment.frame_idx) / 1000, 1);
  const words = { approved: 'approved', corrected: 'corrected', absent: 'marked absent' }[outcome];
  return el(
    'li',
    { class: 'row review-dealt' },
    el('span', { class: 'review-tick', text: '✓', aria: { hidden: true } }),
    button({ label: `${name}, ${time}: ${words}`, class: 'quiet small grow', run: go }),
    button({ label: 'Undo', class: 'quiet small', run: undo }),
  );
}

/** @param {number} share */
export function percent(share) {
  const all = share * 100;
  return all > 0 && all < 1 ? '< 1 %' : `${Math.round(all)} %`;
}

// What goes on in a look, in words.

/** @typedef {import('./messages.js').LookView} LookView */
/** @typedef {import('./messages.js').LookStatus} LookStatus */
/** @typedef {import('./look.js').Look} Look */

/** @type {Readonly<Record<LookStatus['state'], string>>} */
const STATES = {
  connecting: 'Connecting …', streaming: 'Gaze comes', silent: 'No gaze comes', reconnecting: 'Reconnecting …', ended: 'Gaze has ended', failed: 'No gaze',
};

/** What is done with gaze at this moment. @param {Pick<Look, 'busy'|'going'|'mine'|'view'>} look */
export function phaseText({ busy, going, mine, view }) {
  if (busy) return busy === 'starting' ? 'Starting …' : 'Ending …';
  if (!going) return 'Not looking';
  if (!mine) return `${view?.name ?? 'A look'} goes on in another tab`;
  if (!view) return 'Starting …';
  if (view.holding) return 'Mask is held';
  if (view.said.length || view.corner) return view.waiting ? 'As told …' : 'As told';
  return view.running ? 'Following' : 'Ready';
}

/** How gaze comes. @param {LookStatus} status @param {import('./live.js').Connection} connection */
export function sourceText(status, connection) {
  if (connection === 'offline') return 'No answer from the server …';
  const parts = status.state === 'streaming' && status.rate_hz !== null ? [] : [STATES[status.state]];
  if (status.rate_hz !== null) parts.push(`${Math.round(status.rate_hz)} Hz`);
  if (status.latency_ms !== null) parts.push(`${Math.round(status.latency_ms)} ms late`);
  if (status.loss !== null) parts.push(`${Math.round(100 * status.loss)} % lost`);
  if (status.n_reconnects) parts.push(status.n_reconnects === 1 ? 'reconnected once' : `reconnected ${status.n_reconnects} times`);
  return parts.join(' · ');
}

/** How long masks take. @param {Pick<LookView, 'mask_latency_ms'|'n_dropped'>} view */
export function maskText({ mask_latency_ms: times, n_dropped }) {
  if (!times) return '';
  const skipped = n_dropped ? `, ${n_dropped} skipped` : '';
  return `Mask after ${seconds(times.p50)} (95 %: ${seconds(times.p95)})${skipped}`;
}

/** @param {number} ms */
const seconds = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** The sign at a proposed mask: its level, and why it does not follow. @param {Pick<LookView, 'level'|'n_levels'|'holding'|'said'>} view */
export function maskSign({ level, n_levels, holding, said }) {
  const why = holding ? 'held' : said.length ? 'as told' : '';
  return [n_levels > 1 ? `${level + 1}/${n_levels}` : '', why].filter(Boolean).join(' · ');
}

/** Where one is among pictures, slices or frames, from 0 as everywhere. @param {import('./messages.js').RecordingInfo} recording @param {number} frameIdx */
export function placeText({ kind, n_frames }, frameIdx) {
  if (n_frames < 2) return '';
  const word = kind === 'volume' ? 'Slice' : kind === 'images' ? 'Picture' : 'Frame';
  return `${word} ${frameIdx} of 0–${n_frames - 1}`;
}

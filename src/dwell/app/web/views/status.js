// The line at the bottom: where we are, what gaze does, whether all is saved, whether the server is there.
import { STATUS_WORDS } from '../core/gaze.js';
import { lookedAt } from '../core/scene.js';
import { clock } from '../core/time.js';
import { frameWord, valueText } from '../core/volume.js';
import { el } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/live.js').Connection} Connection */

/** @type {Record<Connection, [string, string]>} */
const CONNECTIONS = {
  live: ['Connected', 'Changes arrive as they happen'],
  polling: ['Connected', 'Asking for changes: a proxy in between holds streams back'],
  offline: ['Not connected', 'Trying again. Check that dwell app is still running, and the tunnel if you use one'],
};

/**
 * @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts
 * @returns {{close: () => void, connection: (state: Connection) => void}}
 */
export function mountStatus(root, ctx, parts) {
  const field = (/** @type {string} */ name, /** @type {string} */ label) => el('span', { class: `status-${name}`, aria: { label } });
  const { volume } = ctx;
  const word = volume ? 'Slice' : 'Frame';
  const [place, time, gaze] = [field('place', word), field('time', volume ? 'Value under the pointer' : 'Time'), field('gaze', 'Gaze')];
  const jump = jumpField(ctx, parts);
  const saved = el('span', { class: 'status-saved' });
  const connection = el('span', { class: 'status-connection', role: 'status' });
  const heard = el('span', { class: 'visually-hidden', role: 'status', aria: { live: 'polite' } });
  root.append(el('span', { text: word }), jump, place, time, gaze, el('span', { class: 'grow' }), saved, connection, heard);
  const show = () => {
    const frame = ctx.player.frameIdx;
    if (document.activeElement !== jump) jump.value = String(frame);
    setText(place, `of 0–${ctx.player.nFrames - 1}${volume ? ` · ${volume.info.plane}` : ''}`);
    setText(time, volume ? underPointer(volume) : clock(ctx.player.msOf(frame) / 1000, 3));
    if (volume) return;
    const status = parts.stage?.gazeStatus ?? null;
    setText(gaze, ctx.picture ? '' : !ctx.store.recording.has_gaze ? 'No gaze data' : status === null ? '' : (STATUS_WORDS[status] ?? ''));
    gaze.dataset['status'] = String(status ?? '');
  };
  const save = () => {
    const lost = ctx.store.lostWriter;
    setText(saved, lost ? 'Read-only' : 'All changes saved');
    saved.title = lost || 'Every change is written to the project at once';
    saved.classList.toggle('bad', Boolean(lost));
  };
  const tell = () => setText(heard, spoken(ctx, parts));
  let timer = 0;
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, 400);
  };
  show();
  save();
  const offs = [
    ctx.player.subscribe((position) => { show(); if (position.settled) later(); }),
    parts.stage?.subscribe(() => requestAnimationFrame(show)),
    volume?.subscribe(show),
    ctx.store.subscribe(save),
    ctx.store.subscribe(({ job }) => { if (job?.state === 'done') setText(heard, `${job.what}: done.`); }),
  ];
  return {
    close: () => offs.forEach((off) => off?.()),
    connection: (state) => {
      const [text, title] = CONNECTIONS[state];
      setText(connection, text);
      connection.title = title;
      connection.dataset['state'] = state;
    },
  };
}

/** @param {Ctx} ctx @param {Parts} parts */
function jumpField(ctx, parts) {
  const jump = el('input', { type: 'number', class: 'status-frame', min: 0, max: ctx.player.nFrames - 1, step: 1, title: `Type a ${frameWord(ctx.store.recording)} number and press Enter`, aria: { label: `Go to ${frameWord(ctx.store.recording)}` } });
  jump.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') parts.stage?.over.focus();
    if (event.key !== 'Enter') return;
    if (jump.value !== '') ctx.player.seek(Number(jump.value));
    parts.stage?.over.focus();
  });
  return jump;
}

/** The voxel under the pointer: its value, and i, j, k. @param {import('../core/volumeview.js').VolumeView} volume */
function underPointer({ under, info }) {
  if (!under) return '';
  const value = under.value === undefined ? '…' : valueText(under.value, info);
  return `${value} at ${under.ijk.join(', ')}`;
}

/** What a screen reader is told of a frame. @param {Ctx} ctx @param {Parts} parts */
function spoken(ctx, parts) {
  const frame = ctx.player.frameIdx;
  const entry = parts.masks.get(frame);
  const names = (/** @type {readonly number[]} */ ids) => ids.map((id) => ctx.store.aois.get(id)?.name).filter(Boolean).join(', ');
  const seen = names([...(entry?.masks.values() ?? [])].filter((mask) => mask.state === 'visible').map((mask) => mask.object_id));
  const looked = names(lookedAt(ctx.results.info, frame));
  return [`${ctx.volume ? 'Slice' : 'Frame'} ${frame}.`, seen && `In view: ${seen}.`, looked && `Looked at: ${looked}.`].filter(Boolean).join(' ');
}

/** @param {HTMLElement} node @param {string} text */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

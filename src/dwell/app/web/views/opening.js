// Opening a path: something is seen to happen at once; several recordings are asked about; errors stay readable.
import { ApiError } from '../core/api.js';
import { baseName } from '../core/paths.js';
import { follow } from '../core/tasks.js';
import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { progressView } from './progress.js';
import { sentence } from './toast.js';

/** @typedef {import('../core/messages.js').OpenRequest} OpenRequest */
/** @typedef {import('../core/messages.js').Opened} Opened */
/** @typedef {import('../core/messages.js').Task} Task */
/** @typedef {import('../core/api.js').Api} Api */

const LONG_MS = 4000;

/** @param {string} pid */
export function goToProject(pid) {
  location.hash = `#p/${encodeURIComponent(pid)}`;
}

/**
 * Opens a recording or project and goes to it.
 * @param {Api} api of the start page
 * @param {OpenRequest} request
 * @returns {Promise<boolean>} whether it is open
 */
export async function openPath(api, request) {
  const name = baseName(request.path);
  const stop = new AbortController();
  const progress = progressView('Opening');
  progress.show(`Reading ${name} …`, null);
  const timer = window.setTimeout(() => progress.show(`Reading ${name} …`, null, 'The first time takes longer: the video is looked through once.'), LONG_MS);
  const dialog = openDialog({ title: 'Opening', body: progress.node, actions: [{ label: 'Cancel' }] });
  void dialog.closed.then(() => stop.abort());
  try {
    /** @type {Opened} */
    const opened = await api.post('open', request, { signal: stop.signal });
    dialog.close();
    goToProject(opened.pid);
    return true;
  } catch (error) {
    const cancelled = stop.signal.aborted;
    dialog.close();
    if (cancelled) return false;
    return await afterFailure(api, request, error);
  } finally {
    window.clearTimeout(timer);
  }
}

/** @param {Api} api @param {OpenRequest} request @param {unknown} error @returns {Promise<boolean>} */
async function afterFailure(api, request, error) {
  const name = baseName(request.path);
  if (error instanceof ApiError && error.choices.length) {
    const chosen = await choose(name, error.choices);
    return chosen === null ? false : openPath(api, { ...request, name: chosen });
  }
  await openDialog({ title: `${name} could not be opened`, body: el('p', { text: sentence(error) }), actions: [{ label: 'Close', primary: true }] }).closed;
  return false;
}

/** @param {string} name @param {string[]} choices @returns {Promise<string|null>} */
async function choose(name, choices) {
  /** @type {string|null} */
  let chosen = choices[0] ?? null;
  const rows = choices.map((choice, i) => el('label', { class: 'choice' },
    el('input', { type: 'radio', name: 'recording', value: choice, checked: i === 0, on: { change: () => { chosen = choice; } } }), el('span', { text: choice })));
  const body = el('fieldset', { class: 'plain' }, el('legend', { text: `${name} holds ${choices.length} recordings. Each gets a project of its own.` }), ...rows);
  const said = await openDialog({ title: 'Which recording?', body, actions: [{ label: 'Cancel' }, { label: 'Open', primary: true }] }).closed;
  return said === 'Open' ? chosen : null;
}

/** Draws the demo, if need be, and goes to it. @param {Api} api */
export async function openDemo(api) {
  const progress = progressView('The demo recording');
  progress.show('Drawing the demo recording', null, 'A short video with gaze in which everything is known. It is made once.');
  /** @type {Task|null} */
  let task = null;
  const dialog = openDialog({ title: 'The demo recording', body: progress.node, actions: [{ label: 'Cancel' }] });
  let over = false;
  let cancelled = false;
  const cancel = () => { if (cancelled && task) void api.post(`tasks/${task.id}/cancel`).catch(() => {}); };
  void dialog.closed.then(() => { cancelled = !over; cancel(); });
  try {
    task = /** @type {Task} */ (await api.post('demo'));
    cancel(); // it was cancelled before it had begun
    const end = await follow(api, task, progress.task);
    over = true;
    dialog.close();
    if (cancelled) return;
    if (end.state === 'done') goToProject(String(end.result?.['pid'] ?? ''));
    else if (end.state === 'failed') throw new Error(end.error ?? 'The demo could not be drawn. Try again.');
  } catch (error) {
    over = true;
    dialog.close();
    if (cancelled) return;
    await openDialog({ title: 'The demo could not be opened', body: el('p', { text: sentence(error) }), actions: [{ label: 'Close', primary: true }] }).closed;
  }
}

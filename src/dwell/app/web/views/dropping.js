// Files dropped on the page, or chosen: sent up with progress, then opened.
import { fileSize, kindOfFile } from '../core/paths.js';
import { timeLeft } from '../core/time.js';
import { sortDropped, upload } from '../core/uploads.js';
import { dialogIsOpen, openDialog } from './dialog.js';
import { el } from './dom.js';
import { askGazeOptions } from './gaze_options.js';
import { icon } from './icons.js';
import { openPath } from './opening.js';
import { progressView } from './progress.js';
import { sentence } from './toast.js';

/** @typedef {{api: import('../core/api.js').Api, say: import('./toast.js').Toasts, about: import('../core/messages.js').About}} Page */

/**
 * Makes the whole page take files.
 * @param {Page} page
 * @returns {{choose: () => void, off: () => void}} `choose` opens the browser's own file dialog
 */
export function takeFiles(page) {
  const veil = el('div', { class: 'drop-veil', hidden: true, aria: { hidden: true } },
    el('div', { class: 'drop-frame' }, icon('export'), el('p', { text: 'Drop a scene video, a picture, a zip, or a video with its gaze CSV' })));
  const input = el('input', { type: 'file', multiple: true, class: 'visually-hidden', tabindex: -1, accept: 'video/*,image/jpeg,image/png,.mkv,.avi,.mjpeg,.zip,.nii,.nii.gz,.gz,.dcm,.csv,.tsv', aria: { hidden: true } });
  document.body.append(veil, input);
  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  const over = (/** @type {DragEvent} */ event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    veil.hidden = dialogIsOpen();
  };
  const leave = (/** @type {DragEvent} */ event) => { if (event.relatedTarget === null) veil.hidden = true; };
  const drop = (/** @type {DragEvent} */ event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const open = veil.hidden;
    veil.hidden = true;
    if (!open) void take(page, [...(event.dataTransfer?.files ?? [])]);
  };
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    void take(page, files);
  });
  document.addEventListener('dragover', over);
  document.addEventListener('dragleave', leave);
  document.addEventListener('drop', drop);
  const off = () => {
    document.removeEventListener('dragover', over);
    document.removeEventListener('dragleave', leave);
    document.removeEventListener('drop', drop);
    veil.remove();
    input.remove();
  };
  return { choose: () => input.click(), off };
}

/** @param {Page} page @param {File[]} files */
async function take(page, files) {
  if (files.length === 0) return;
  const { main, gaze, problem } = sortDropped(files, kindOfFile);
  const empty = files.find((file) => file.size === 0);
  const large = files.find((file) => file.size > page.about.max_upload_bytes);
  if (!page.about.uploads) return page.say.error('This server takes no files. Put the recording into a folder that it may use, and open it from there.');
  if (problem || !main) return page.say.error(problem);
  if (empty) return page.say.error(`${empty.name} is empty (or a folder). Drop the files themselves, or a zip of the folder.`);
  if (large) return page.say.error(`${large.name} is ${fileSize(large.size)}; at most ${fileSize(page.about.max_upload_bytes)} are taken. Put it into a folder that Dwell may use, and open it from there.`);
  const options = gaze ? await askGazeOptions(gaze) : {};
  if (options === null) return;
  const paths = await send(page, gaze ? [main, gaze] : [main]);
  if (!paths?.[0]) return;
  await openPath(page.api, { path: paths[0], options: paths[1] ? { gaze: paths[1], ...options } : options });
}

/** @param {Page} page @param {File[]} files @returns {Promise<string[]|null>} null: cancelled or failed */
async function send(page, files) {
  const stop = new AbortController();
  const views = files.map((file) => progressView(file.name));
  files.forEach((file, i) => views[i]?.show(file.name, 0, fileSize(file.size)));
  const dialog = openDialog({ title: 'Copying to Dwell', body: el('div', { class: 'stack' }, ...views.map((each) => each.node)), actions: [{ label: 'Cancel' }] });
  void dialog.closed.then(() => stop.abort());
  /** @type {string[]} */
  const paths = [];
  try {
    for (const [i, file] of files.entries()) {
      const onProgress = (/** @type {import('../core/uploads.js').UploadProgress} */ now) => views[i]?.show(file.name, now.sent / now.size, noteOf(now));
      paths.push(await upload(page.api, file, { onProgress, signal: stop.signal }));
    }
    return paths;
  } catch (error) {
    if (!stop.signal.aborted) page.say.error(sentence(error));
    return null;
  } finally {
    dialog.close();
  }
}

/** @param {import('../core/uploads.js').UploadProgress} now */
function noteOf(now) {
  if (now.waiting) return 'The server does not answer; going on from here as soon as it does …';
  const speed = now.perSecond ? `${fileSize(now.perSecond)}/s` : '';
  return [`${fileSize(now.sent)} of ${fileSize(now.size)}`, speed, timeLeft(now.leftS)].filter(Boolean).join(' · ');
}

// The export dialog: what, where, how; then how far it is; then what was written.
import { exportRequest, GROUPS, itemsOf, itemStates, UNANSWERED, WHICH } from '../core/exports.js';
import { baseName, folderOf, join } from '../core/paths.js';
import { follow } from '../core/tasks.js';
import { frameWord } from '../core/volume.js';
import { openDialog } from './dialog.js';
import { button, el, replace, uniqueId } from './dom.js';
import { icon } from './icons.js';
import { picker } from './picker.js';
import { progressView } from './progress.js';
import { RULES } from './results_margin.js';
import { sentence } from './toast.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/exports.js').Item} Item */
/** @typedef {import('../core/messages.js').LabelOptions} LabelOptions */
/** @typedef {import('../core/messages.js').Task} Task */
/** @typedef {import('../core/messages.js').ExportRequest} ExportRequest */
/** @typedef {import('../core/resultsfeed.js').ResultsFeed} ResultsFeed */

/** @param {Ctx} ctx */
export async function openExport(ctx) {
  try {
    const items = itemsOf(ctx.store.recording, ctx.picture !== null, await ctx.api.get('formats'));
    const body = el('div', { class: 'export' });
    const dialog = openDialog({ title: 'Export', wide: true, body });
    const form = exportForm(ctx, items, (request) => void run(ctx, items, body, request, dialog.close), () => dialog.close());
    replace(body, form);
    const first = form.querySelector('input');
    if (first) first.focus();
  } catch (error) {
    ctx.say.error(error);
  }
}

/** @param {Ctx} ctx @param {Item[]} known what is offered @param {(request: ExportRequest) => void} start @param {() => void} cancel */
function exportForm(ctx, known, start, cancel) {
  const feed = /** @type {ResultsFeed} */ (ctx.results);
  const { has_camera: hasCamera, project } = ctx.store.recording;
  const picture = ctx.picture?.options ?? null;
  const hasGaze = ctx.store.recording.has_gaze || picture !== null;
  const usual = hasGaze ? 'tables' : ctx.store.recording.kind === 'volume' ? 'nifti' : 'coco';
  const boxes = new Map(known.map((item) => [item.id, el('input', { type: 'checkbox', checked: item.id === usual && !item.missing, disabled: (item.needsGaze && !hasGaze) || item.missing !== '' })]));
  const labels = labelOptions(ctx, () => known.some((item) => (item.group === 'labels' || item.group === 'volume') && boxes.get(item.id)?.checked));
  const stem = baseName(project).replace(/\.dwell$/, '');
  const out = el('input', { type: 'text', class: 'grow', value: join(folderOf(project), `${stem}-export`), spellcheck: false, aria: { label: 'Folder' } });
  const margin = el('input', { type: 'number', step: 0.05, value: ctx.ui.get('marginDeg'), disabled: !hasGaze || (!hasCamera && feed.options.pxPerDegree === null) });
  const rule = el('select', { value: feed.options.fixationRule, disabled: !hasGaze }, ...RULES.map(([id, label]) => el('option', { value: id, text: label })));
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const chosen = known.filter((item) => boxes.get(item.id)?.checked).map((item) => item.id);
      start(exportRequest(known, chosen, { client: ctx.client, out: out.value, marginDeg: Number(margin.value), rule: /** @type {any} */ (rule.value), pxPerDegree: feed.options.pxPerDegree, picture, labels: labels.value() }));
    } catch (error) {
      problem.textContent = sentence(error);
      problem.hidden = false;
    }
  };
  const choose = button({ label: 'Choose …', icon: icon('folder'), run: () => void chooseFolder(ctx, folderOf(out.value), (path) => { out.value = join(path, `${stem}-export`); }) });
  return el('form', { class: 'stack', on: { submit } },
    el('div', { class: 'export-items', on: { change: () => labels.show() } }, ...groups(known).map(([group, items]) => el('fieldset', { class: `plain export-group ${items[0]?.group ?? ''}` }, el('legend', { text: group }), el('div', { class: 'export-choices' }, ...items.map((item) => choice(item, boxes.get(item.id))))))),
    labels.node,
    ctx.volume ? null : el('p', { class: 'muted small-text', text: 'A manifest that says how each number was made always goes with the tables. Each format gets a folder of its own.' }),
    el('div', { class: 'field' }, el('span', { text: 'Folder (made if need be)' }), el('div', { class: 'row' }, out, choose)),
    ctx.volume ? null : picture ? el('p', { class: 'muted small-text', text: 'Gaze is counted as chosen under Results.' }) : el('div', { class: 'row wrap export-how' },
      el('label', { class: 'field' }, el('span', { text: 'Margin [°]' }), margin),
      el('label', { class: 'field' }, el('span', { text: 'A fixation is on an AOI if' }), rule)),
    problem,
    el('div', { class: 'row dialog-foot' }, el('span', { class: 'grow' }), button({ label: 'Cancel', run: cancel }), el('button', { type: 'submit', class: 'button primary', text: 'Export' })));
}

/** Its name is its title; what is written, kept and lost describes it. @param {Item} item @param {HTMLInputElement|undefined} box */
function choice(item, box) {
  const why = item.missing || (box?.disabled ? 'This recording has no gaze' : item.detail || undefined);
  const [name, about] = [uniqueId('item'), uniqueId('item')];
  box?.setAttribute('aria-labelledby', name);
  box?.setAttribute('aria-describedby', about);
  return el('label', { class: 'choice', title: why }, box, el('span', null, el('span', { id: name, text: item.label }), el('span', { id: about, class: 'choice-note muted small-text' },
    item.note, item.detail && !item.missing ? el('span', { class: 'choice-detail', text: item.detail }) : null)));
}

/** Which frames are written as labels, and how. @param {Ctx} ctx @param {() => boolean} wanted whether labels are ticked */
function labelOptions(ctx, wanted) {
  const still = ctx.store.recording.n_frames === 1;
  const word = frameWord(ctx.store.recording);
  const select = (/** @type {readonly (readonly [string, string])[]} */ all) => el('select', null, ...all.map(([value, text]) => el('option', { value, text })));
  const field = (/** @type {string} */ text, /** @type {HTMLElement} */ control) => el('label', { class: 'field' }, el('span', { text }), control);
  const frames = select(WHICH);
  const every = el('input', { type: 'number', min: 1, step: 1, value: 1 });
  const unanswered = select(UNANSWERED.map(([id, text]) => [id, text.replace('frame', word)]));
  const pictures = select([['', 'No pictures'], ['jpg', 'As JPEG'], ['png', 'As PNG (larger, exact)']]);
  const polygons = el('input', { type: 'checkbox' });
  const node = el('fieldset', { class: 'plain export-labels' }, el('legend', { text: 'How labels are written' }),
    el('div', { class: 'row wrap export-how' },
      still ? null : field(`Which ${word}s`, frames),
      still ? null : field(`Of these, every … ${word}s`, every),
      field('Where it is not known where an AOI is', unanswered),
      field(`Pictures of these ${word}s beside the labels`, pictures)),
    el('label', { class: 'choice' }, polygons, el('span', { text: 'Outlines (polygons) instead of run lengths, where a format has both' })));
  const show = () => { node.hidden = !wanted(); };
  /** @returns {LabelOptions} */
  const value = () => ({
    frames: /** @type {LabelOptions['frames']} */ (frames.value), every: Number(every.value), unanswered: /** @type {LabelOptions['unanswered']} */ (unanswered.value),
    pictures: /** @type {LabelOptions['pictures']} */ (pictures.value), polygons: polygons.checked,
  });
  show();
  return { node, show, value };
}

/** @param {Item[]} items @returns {[string, Item[]][]} */
function groups(items) {
  return GROUPS.map(([id, name]) => /** @type {[string, Item[]]} */ ([name, items.filter((item) => item.group === id)])).filter(([, inside]) => inside.length);
}

/** @param {Ctx} ctx @param {string} at @param {(path: string) => void} take */
async function chooseFolder(ctx, at, take) {
  try {
    const about = await ctx.start.get('about');
    let path = at;
    const inside = about.roots.some((/** @type {{path: string}} */ root) => at.startsWith(root.path));
    const files = picker({ api: ctx.start, roots: about.roots, at: inside ? at : undefined, foldersOnly: true, onFolder: (now) => { path = now; } });
    const said = await openDialog({ title: 'Export into a new folder in …', wide: true, body: files.node, actions: [{ label: 'Cancel' }, { label: 'Choose this folder', primary: true }] }).closed;
    if (said && said !== 'Cancel' && path) take(path);
  } catch (error) {
    ctx.say.error(error);
  }
}

/** @param {Ctx} ctx @param {Item[]} known @param {HTMLElement} body @param {ExportRequest} request @param {() => void} close */
async function run(ctx, known, body, request, close) {
  const progress = progressView('Export');
  const items = el('ul', { class: 'export-list' });
  /** @type {Task|null} */
  let task = null;
  const stop = () => { if (cancel.disabled && task) void ctx.api.post(`tasks/${task.id}/cancel`).catch(ctx.say.error); };
  const cancel = button({ label: 'Cancel', run: () => { cancel.disabled = true; stop(); } });
  replace(body, el('div', { class: 'stack' }, progress.node, items, el('div', { class: 'row dialog-foot' },
    el('span', { class: 'grow muted small-text', text: 'You can close this and go on working; the export goes on.' }), cancel)));
  progress.show('Starting …', null);
  cancel.focus();
  const show = (/** @type {Task} */ now) => {
    progress.task(now);
    replace(items, ...itemStates(known, request.what, now).map(itemRow));
  };
  try {
    task = /** @type {Task} */ (await ctx.api.post('export', request));
    stop(); // it was cancelled before it had begun
    const end = await follow(ctx.api, task, show);
    if (!body.isConnected) return tellLater(ctx, end, request);
    finished(ctx, known, body, request, end, close);
  } catch (error) {
    if (!body.isConnected) return ctx.say.error(error);
    const back = exportForm(ctx, known, (again) => void run(ctx, known, body, again, close), close);
    replace(body, el('p', { class: 'problem', role: 'alert', text: sentence(error) }), back);
  }
}

/** @type {Record<'waiting'|'working'|'done'|'failed', string>} */
const WORDS = { waiting: 'waiting', working: 'at work', done: 'done', failed: 'failed' };

/** @param {ReturnType<typeof itemStates>[number]} each */
function itemRow({ item, state, error }) {
  const sign = state === 'done' ? icon('check') : state === 'failed' ? icon('warning') : icon(state === 'working' ? 'play' : 'pause');
  return el('li', { class: `export-item ${state}` }, sign, el('span', { text: item.label }), el('span', { class: 'muted small-text', text: WORDS[state] }), error ? el('p', { class: 'export-error', text: error }) : null);
}

/** @param {Ctx} ctx @param {Item[]} known @param {HTMLElement} body @param {ExportRequest} request @param {Task} task @param {() => void} close */
function finished(ctx, known, body, request, task, close) {
  /** @type {string[]} */
  const files = task.result?.['files'] ?? [];
  /** @type {string[]} */
  const notes = task.result?.['notes'] ?? [];
  const folder = String(task.result?.['folder'] ?? request.out);
  const title = task.state === 'cancelled' ? 'The export was stopped; files that are whole stay.' : task.state === 'failed' ? `Nothing was written: ${task.error ?? ''}` : `${files.length} ${files.length === 1 ? 'file' : 'files'} in ${folder}`;
  const show = button({ label: 'Open folder', icon: icon('folder'), class: 'primary', run: () => ctx.api.post('open-folder', { path: folder }).catch(ctx.say.error) });
  const done = button({ label: 'Close', run: close });
  const errors = itemStates(known, request.what, task).filter((each) => each.state === 'failed');
  replace(body, el('div', { class: 'stack' },
    el('p', { class: task.state === 'failed' ? 'problem' : 'export-title', role: 'status', text: title }),
    errors.length ? el('ul', { class: 'export-list' }, ...errors.map(itemRow)) : null,
    files.length ? el('ul', { class: 'export-files numbers', tabindex: 0, aria: { label: 'Files' } }, ...files.map((path) => el('li', { class: 'cut', text: path.startsWith(folder) ? path.slice(folder.length + 1) : path, title: path }))) : null,
    notes.length ? el('ul', { class: 'results-notes' }, ...notes.map((note) => el('li', { text: note }))) : null,
    el('div', { class: 'row dialog-foot' }, el('span', { class: 'grow' }), done, files.length ? show : null)));
  (files.length ? show : done).focus();
}

/** The dialog was closed meanwhile. @param {Ctx} ctx @param {Task} task @param {ExportRequest} request */
function tellLater(ctx, task, request) {
  if (task.state === 'cancelled') return ctx.say.info('The export was stopped; files that are whole stay.');
  if (task.state === 'failed') return ctx.say.error(task.error ?? 'The export failed. Try again.');
  const action = { label: 'Open folder', run: () => void ctx.api.post('open-folder', { path: request.out }).catch(ctx.say.error) };
  if (task.error) return ctx.say.error(`The export is done but for this: ${task.error}`, action);
  return ctx.say.success(`The export is done: ${request.out}`, action);
}

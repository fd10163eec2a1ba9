// Labels of other programs: choose a file or folder, see what is in it, say how it is to be taken over.
import { importedText, importRequest, taken, usualVideo, videoText } from '../core/labels.js';
import { baseName, folderOf } from '../core/paths.js';
import { makeChange } from './changing.js';
import { openDialog } from './dialog.js';
import { el, replace } from './dom.js';
import { picker } from './picker.js';
import { progressView } from './progress.js';
import { sentence } from './toast.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/messages.js').FormatInfo} FormatInfo */
/** @typedef {import('../core/messages.js').FoundLabels} FoundLabels */
/** @typedef {import('../core/messages.js').Imported} Imported */

/** @param {Ctx} ctx @param {Parts} parts */
export async function openImport(ctx, parts) {
  try {
    const path = await choosePath(ctx);
    if (path) await askHow(ctx, parts, path);
  } catch (error) {
    ctx.say.error(error);
  }
}

/** @param {Ctx} ctx @returns {Promise<string|null>} */
async function choosePath(ctx) {
  const about = await ctx.start.get('about');
  const beside = folderOf(ctx.store.recording.project);
  const inside = about.roots.some((/** @type {{path: string}} */ root) => beside.startsWith(root.path));
  let folder = '';
  let chosen = /** @type {string|null} */ (null);
  const files = picker({
    api: ctx.start, roots: about.roots, at: inside ? beside : undefined, anyFile: true,
    onFolder: (path) => { folder = path; },
    onOpen: ({ path }) => { chosen = path; dialog.close(); },
  });
  const note = el('p', { class: 'muted small-text', text: 'A file of labels, or the folder of a data set.' });
  const dialog = openDialog({
    title: 'Import labels', wide: true, body: el('div', { class: 'stack' }, note, files.node),
    actions: [{ label: 'Cancel' }, { label: 'Use this folder', run: () => { chosen = folder || null; return folder !== ''; } }],
  });
  await dialog.closed;
  return chosen;
}

/** @param {Ctx} ctx @param {Parts} parts @param {string} path */
async function askHow(ctx, parts, path) {
  /** @type {FormatInfo[]} */
  const formats = (await ctx.api.get('formats')).filter((/** @type {FormatInfo} */ each) => each.reads);
  const form = new ImportForm(ctx, path, formats);
  const dialog = openDialog({
    title: `Import ${baseName(path)}`, wide: true, body: form.node,
    actions: [{ label: 'Cancel' }, { label: 'Import', primary: true, run: async () => {
      const result = await makeChange(ctx, parts, { title: 'Import', path: 'labels/import', request: form.request(), text: importedText });
      if (result) tellNotes(result);
      return result !== null;
    } }],
  });
  await form.look();
  if (dialog.node.isConnected) form.format.focus();
}

/** What was lost, to be read at leisure. @param {Imported} result */
function tellNotes(result) {
  if (!result.lines.length) return;
  openDialog({
    title: 'Labels are imported',
    body: el('div', { class: 'stack' }, el('p', { text: importedText(result) }), el('ul', { class: 'results-notes' }, ...result.lines.map((text) => el('li', { text })))),
    actions: [{ label: 'Close', primary: true }],
  });
}

class ImportForm {
  /** @type {FoundLabels|null} */ found = null;
  #looks = 0;

  /** @param {Ctx} ctx @param {string} path @param {FormatInfo[]} formats that can be read */
  constructor(ctx, path, formats) {
    this.ctx = ctx;
    this.path = path;
    this.format = el('select', null, el('option', { value: '', text: 'Found out from the file' }), ...formats.map((each) => el('option', { value: each.name, text: each.title })));
    this.format.addEventListener('change', () => void this.look());
    this.video = el('select');
    this.video.addEventListener('change', () => this.#showVideo());
    this.videoField = el('label', { class: 'field' }, el('span', { text: 'Video in the file' }), this.video);
    this.state = el('div', { class: 'stack', role: 'status' });
    this.how = choices('import-how', 'Take them as', [
      ['masks', 'Finished masks', 'As they are; tracking leaves them alone and starts from them'],
      ['prompts', 'Prompts', 'What a person has put there is segmented and can be tracked from'],
    ]);
    this.existing = choices('import-existing', 'AOIs of the same name', [
      ['new', 'Keep both', 'Those of the file get a number, such as “cup 2”'],
      ['replace', 'Replace ours', 'All masks and prompts of the project’s AOI make way, approved ones too'],
      ['refuse', 'Import nothing', ''],
    ]);
    this.node = el('div', { class: 'stack import-form' }, el('label', { class: 'field' }, el('span', { text: 'Format' }), this.format), this.state, this.videoField, this.how.node, this.existing.node);
    this.#showVideo();
  }

  get #chosen() {
    return this.found?.videos[Number(this.video.value)] ?? null;
  }

  /** Looks into the file. */
  async look() {
    const look = ++this.#looks;
    const progress = progressView('Reading');
    progress.show(`Reading ${baseName(this.path)} …`, null);
    this.found = null;
    this.#showVideo();
    replace(this.state, progress.node);
    try {
      const found = await this.ctx.api.post('labels/look', { path: this.path, format: this.format.value || null });
      if (look === this.#looks) this.#show(found);
    } catch (error) {
      if (look === this.#looks) replace(this.state, el('p', { class: 'problem', text: sentence(error) }));
    }
  }

  /** @param {FoundLabels} found */
  #show(found) {
    this.found = found;
    const auto = this.format.options[0];
    if (auto && this.format.value === '') auto.text = `Found out from the file: ${found.title}`;
    replace(this.video, ...found.videos.map((each, at) => el('option', { value: at, text: each.name })));
    const usual = usualVideo(found);
    this.video.value = String(usual ? found.videos.indexOf(usual) : '');
    this.#showVideo();
  }

  #showVideo() {
    const { found } = this;
    const video = this.#chosen;
    const names = taken(video, this.ctx.store.aois.values());
    this.videoField.hidden = (found?.videos.length ?? 0) < 2;
    this.how.node.hidden = !found;
    this.existing.node.hidden = names.length === 0;
    if (!found) return;
    this.how.only(found.boxes ? 'prompts' : null);
    replace(this.state,
      video ? el('p', { text: videoText(video) }) : el('p', { class: 'problem', text: 'This file has labels of no video.' }),
      video?.problem ? el('p', { class: 'problem', text: video.problem }) : null,
      found.boxes ? el('p', { class: 'muted small-text', text: `${found.title} has boxes only, so they are taken as prompts.` }) : null,
      names.length ? el('p', { class: 'muted small-text', text: `The project has ${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''} already.` }) : null);
  }

  request() {
    if (!this.found) throw new Error('Nothing was found to import; choose the format, or another file.');
    return importRequest(this.found, {
      client: this.ctx.client, video: this.#chosen,
      how: /** @type {'masks'|'prompts'} */ (this.how.value()), existing: /** @type {'refuse'|'new'|'replace'} */ (this.existing.value()),
    });
  }
}

/** @param {string} name @param {string} legend @param {readonly (readonly [string, string, string])[]} all value, label, note */
function choices(name, legend, all) {
  const boxes = all.map(([value], at) => el('input', { type: 'radio', name, value, checked: at === 0 }));
  const node = el('fieldset', { class: 'plain' }, el('legend', { text: legend }), ...all.map(([, label, note], at) => el('label', { class: 'choice' }, boxes[at],
    el('span', null, el('span', { text: label }), note ? el('span', { class: 'choice-note muted small-text', text: note }) : null))));
  const value = () => boxes.find((each) => each.checked)?.value ?? '';
  /** Leaves only one to choose; null: all. @param {string|null} only */
  const only = (only) => {
    for (const each of boxes) {
      each.disabled = only !== null && each.value !== only;
      if (each.value === only) each.checked = true;
    }
  };
  return { node, value, only };
}

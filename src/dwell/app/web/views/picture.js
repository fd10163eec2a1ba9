// The Results panel of a picture: measures per AOI, the AOIs coloured by one, where gaze was, and how it is mapped.
import { pictureColumns } from '../core/picture.js';
import { tsv } from '../core/results.js';
import { copyText } from './clipboard.js';
import { openCloud } from './cloud.js';
import { button, el, replace } from './dom.js';
import { openExport } from './export.js';
import { icon } from './icons.js';
import { metricsTable } from './results_table.js';
import { widening } from './results_wide.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/picture.js').PictureFeed} PictureFeed */
/** @typedef {import('../core/messages.js').PictureResults} PictureResults */

const WIDTH_PX = 960;
const GAZE_OPACITY = 0.85;

/** @type {[import('../core/picture.js').Options['fixationRule'], string][]} */
const RULES = [['mean', 'its place is, as in Pupil Cloud'], ['any', 'one of its samples is'], ['majority', 'most of its samples are']];
/** @type {[import('../core/picture.js').Options['ttffOrigin'], string][]} */
const ORIGINS = [['recording', 'the recording’s start, as in Pupil Cloud'], ['section', 'the section’s start']];
/** @type {[import('../core/picture.js').Options['groupBy'], string][]} */
const GROUPS = [['aoi', 'AOI'], ['category', 'category']];

/** @param {HTMLElement} root @param {Ctx} ctx @param {PictureFeed} feed @returns {() => void} unmount */
export function mountPicture(root, ctx, feed) {
  const parts = makeParts(ctx, feed);
  const wide = widening(root, ctx);
  const head = el('div', { class: 'results-head' }, parts.state,
    button({ label: 'Copy', icon: icon('copy'), class: 'small', title: 'Copy the table for a spreadsheet', run: () => void copy(ctx, feed) }),
    button({ label: 'Export', icon: icon('export'), class: 'small primary', run: () => openExport(ctx) }),
    button({ label: 'Send', class: 'small', title: 'Send the AOIs to Pupil Cloud: shows first what would change there', run: () => openCloud(ctx) }), wide.node);
  root.append(el('div', { class: 'results picture-results' }, head, parts.empty, parts.body));
  const show = () => draw(parts, ctx, feed);
  feed.want();
  show();
  const offs = [feed.subscribe(show), ctx.store.subscribe((change) => { if (change.aois) { parts.drawn = null; show(); } }),
    ctx.ui.subscribe((key) => { if (key === 'panel') show(); }), wide.off];
  return () => { for (const off of offs) off(); root.replaceChildren(); };
}

/** @param {Ctx} ctx @param {PictureFeed} feed */
function makeParts(ctx, feed) {
  const parts = {
    /** What is shown, so that the same is not drawn again. @type {PictureResults|null} */ drawn: null,
    state: el('p', { class: 'results-state muted small-text', role: 'status' }),
    empty: el('div', { class: 'empty' }),
    body: el('div', { class: 'results-body' }),
    /** @type {ReturnType<typeof metricsTable>|null} */ table: null,
    tableHost: el('div'),
    notes: el('ul', { class: 'results-notes', aria: { label: 'What to know before using the numbers' } }),
    heat: heatmap(ctx, feed),
    gaze: gazeMap(ctx, feed),
  };
  parts.body.append(
    section('Per AOI, over all recordings', parts.tableHost, parts.notes),
    section('AOIs coloured by a measure', parts.heat.node),
    section('How it is counted', choices(ctx, feed)),
    section('Where gaze was', parts.gaze.node));
  return parts;
}

/** @param {string} title @param {...Node} nodes */
function section(title, ...nodes) {
  return el('section', { class: 'results-section' }, el('h2', { text: title }), ...nodes);
}

/** @param {ReturnType<typeof makeParts>} parts @param {Ctx} ctx @param {PictureFeed} feed */
function draw(parts, ctx, feed) {
  if (ctx.ui.get('panel') !== 'results') return; // drawn when it is looked at
  const why = whyEmpty(ctx, feed);
  parts.state.textContent = why ? '' : feed.error || (feed.busy ? 'Computing …' : counted(feed.info));
  parts.body.hidden = why !== null;
  parts.empty.hidden = why === null;
  if (why) return void replace(parts.empty, icon('table'), el('p', { text: why.text }), why.action ? button(why.action) : null);
  const { info } = feed;
  if (!info) return;
  if (info !== parts.drawn) {
    if (!parts.table) replace(parts.tableHost, (parts.table = metricsTable(ctx, pictureColumns(info.measures))).node);
    parts.table.show(info.rows);
    replace(parts.notes, ...info.notes.map((note) => el('li', { text: note })));
    parts.notes.hidden = info.notes.length === 0;
  }
  parts.drawn = info;
  parts.heat.show();
  parts.gaze.show();
}

/** @param {PictureResults|null} info */
function counted(info) {
  if (!info) return '';
  const [n, m] = [info.recordings.length, info.n_fixations];
  return `${n} recording${n === 1 ? '' : 's'}, ${m.toLocaleString('en')} fixation${m === 1 ? '' : 's'} on the picture`;
}

/** @param {Ctx} ctx @param {PictureFeed} feed @returns {{text: string, action?: {label: string, run: () => unknown}}|null} */
function whyEmpty(ctx, feed) {
  if (ctx.store.aois.size === 0) return { text: 'There is no AOI yet. Type what to look for under Words, or name one and click it in the picture; the numbers appear here.', action: { label: 'Name an AOI', run: () => ctx.keys.handle({ key: 'n' }) } };
  if (feed.info) return null;
  if (feed.error) return { text: feed.error, action: { label: 'Try again', run: () => feed.retry() } };
  return { text: 'Reading the gaze of all recordings …' };
}

/** The AOIs coloured by a measure, as they would be exported. @param {Ctx} ctx @param {PictureFeed} feed */
function heatmap(ctx, feed) {
  const which = el('select', { class: 'grow', aria: { label: 'Measure' } });
  const picture = el('img', { class: 'picture-heat', alt: '' });
  picture.style.aspectRatio = `${ctx.store.recording.width} / ${ctx.store.recording.height}`;
  const failed = el('p', { class: 'muted small-text', role: 'status', hidden: true, text: 'The picture could not be drawn; it is tried again with the next results.' });
  const links = (/** @type {string[]} */ ...forms) => forms.map((form) => el('a', { class: 'button small', download: '', text: form.toUpperCase() }));
  const downloads = links('png', 'svg');
  which.addEventListener('change', () => feed.setOptions({ measure: which.value }));
  picture.addEventListener('error', () => { failed.hidden = false; picture.hidden = true; });
  picture.addEventListener('load', () => { failed.hidden = true; picture.hidden = false; picture.style.aspectRatio = ''; });
  let drawn = '';
  const show = () => {
    if (!feed.info || feed.busy) return;
    if (!which.options.length) replace(which, ...feed.info.measures.map(({ id, title }) => el('option', { value: id, text: title })));
    which.value = feed.options.measure;
    const query = `${feed.query()}&measure=${encodeURIComponent(feed.options.measure)}`;
    const name = `${ctx.store.recording.name}-${feed.options.measure}`;
    for (const [i, form] of ['png', 'svg'].entries()) {
      downloads[i]?.setAttribute('href', ctx.api.url(`picture/heatmap.${form}?${query}`));
      downloads[i]?.setAttribute('download', `${name}.${form}`);
    }
    const address = `${ctx.api.url(`picture/heatmap.png?${query}`)}&version=${feed.version}`;
    if (address === drawn) return;
    drawn = address;
    picture.src = address;
    picture.alt = `The AOIs coloured by ${which.selectedOptions[0]?.textContent ?? 'a measure'}`;
  };
  return { node: el('div', { class: 'stack' }, el('div', { class: 'row picture-measure' }, which, ...downloads), picture, failed), show };
}

/** Density of gaze over the picture. @param {Ctx} ctx @param {PictureFeed} feed */
function gazeMap(ctx, feed) {
  const { recording } = ctx.store;
  const frame = el('img', { class: 'heat-frame', alt: '' });
  const heat = el('img', { class: 'heat', alt: 'Density of gaze over the picture' });
  heat.style.opacity = String(GAZE_OPACITY);
  const figure = el('figure', { class: 'heat-figure' }, frame, heat);
  figure.style.aspectRatio = `${recording.width} / ${recording.height}`;
  let drawn = false;
  const show = () => {
    if (drawn || !feed.info) return;
    drawn = true;
    frame.src = ctx.api.url(`frames/0.jpg?tag=${encodeURIComponent(recording.frames_tag)}&w=${WIDTH_PX}`);
    heat.src = ctx.api.url(`picture/density.png?w=${Math.min(WIDTH_PX, recording.width)}`);
  };
  return { node: figure, show };
}

/** @param {Ctx} ctx @param {PictureFeed} feed */
function choices(ctx, feed) {
  const margin = el('input', { type: 'number', step: 1, value: feed.options.marginPx, class: 'margin-scale' });
  const most = Math.max(ctx.store.recording.width, ctx.store.recording.height) / 2;
  margin.addEventListener('change', () => feed.setOptions({ marginPx: Math.max(-most, Math.min(most, Number(margin.value) || 0)) }));
  return el('div', { class: 'stack' },
    el('label', { class: 'field' }, el('span', { text: 'Margin around the AOIs [px of the picture]' }), margin),
    choice('A fixation is on an AOI if', RULES, feed.options.fixationRule, (fixationRule) => feed.setOptions({ fixationRule })),
    choice('Times to first count from', ORIGINS, feed.options.ttffOrigin, (ttffOrigin) => feed.setOptions({ ttffOrigin })),
    choice('One row per', GROUPS, feed.options.groupBy, (groupBy) => feed.setOptions({ groupBy })));
}

/** @template {string} T @param {string} label @param {[T, string][]} options @param {T} value @param {(value: T) => void} take */
function choice(label, options, value, take) {
  const list = el('select', { value }, ...options.map(([id, text]) => el('option', { value: id, text })));
  list.value = value;
  list.addEventListener('change', () => take(/** @type {T} */ (list.value)));
  return el('label', { class: 'field' }, el('span', { text: label }), list);
}

/** @param {Ctx} ctx @param {PictureFeed} feed */
async function copy(ctx, feed) {
  if (!feed.info?.rows.length) return ctx.say.info('There is nothing to copy yet: make an AOI first.');
  try {
    await copyText(tsv(feed.info.rows, pictureColumns(feed.info.measures)));
    ctx.say.success('The table is copied; paste it into a spreadsheet.');
  } catch {
    ctx.say.error('The browser does not allow copying here. Export the tables instead.', { label: 'Export', run: () => openExport(ctx) });
  }
}

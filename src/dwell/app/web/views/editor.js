// The editor: one project, its regions and all views in them, and the connection that keeps them up to date.
import { Actions } from '../core/actions.js';
import { Annotator } from '../core/annotate.js';
import { projectApi, startApi } from '../core/api.js';
import { Corrector } from '../core/correct.js';
import { Keymap } from '../core/keys.js';
import { Live } from '../core/live.js';
import { MaskCache } from '../core/maskcache.js';
import { PictureFeed } from '../core/picture.js';
import { Player } from '../core/player.js';
import { ResultsFeed } from '../core/resultsfeed.js';
import { Store } from '../core/store.js';
import { Timings } from '../core/timings.js';
import { Ui } from '../core/ui.js';
import { VolumeView } from '../core/volumeview.js';
import { Words } from '../core/words.js';
import { PROTOCOL } from '../core/messages.js';
import { mountAois } from './aois.js';
import { mountBanner } from './banner.js';
import { mountCandidates } from './candidates.js';
import { mountCanvas } from './canvas.js';
import { mountCorrection } from './correction.js';
import { dialogIsOpen } from './dialog.js';
import { el, replace } from './dom.js';
import { bindEditorKeys } from './editor_keys.js';
import { mountEverything } from './everything.js';
import { mountHelp } from './help.js';
import { icon } from './icons.js';
import { mountLook } from './look.js';
import { mountNaming } from './naming.js';
import { mountResults } from './results.js';
import { mountPicture } from './picture.js';
import { mountReview } from './review.js';
import { mountSide } from './side.js';
import { mountStatus } from './status.js';
import { mountTimeline } from './timeline.js';
import { mountToolbar } from './toolbar.js';
import { mountTrack } from './track.js';
import { mountPlanes } from './planes.js';
import { mountVolume } from './volume.js';
import { mountVolumeResults } from './volume_results.js';
import { mountWords } from './words.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/messages.js').Snapshot} Snapshot */
/** @typedef {import('./canvas.js').Parts} Parts */

const HIDDEN_PAGE_MS = 60_000;

/**
 * Opens a project.
 * @param {HTMLElement} root @param {string} pid
 * @param {{say: import('../core/context.js').Toasts, wanted?: () => boolean}} page wanted: false once the person has gone on
 * @returns {Promise<() => void>} unmount
 * @throws {import('../core/api.js').ApiError} there is no such project
 */
export async function mountEditor(root, pid, { say, wanted = () => true }) {
  const api = projectApi(pid);
  /** @type {Snapshot} */
  const snapshot = await api.get('state');
  if (snapshot.protocol !== PROTOCOL) throw new Error('The server is newer than this page. Reload the page.');
  if (!wanted()) return () => {};
  const ctx = makeContext(pid, snapshot, api, say);
  const parts = makeParts(ctx);
  const regions = makeRegions(root, ctx);
  const offs = mountAll(regions, ctx, parts);
  const status = mountStatus(regions.status, ctx, parts);
  const banner = mountBanner(document.getElementById('banners') ?? root, ctx);
  const live = connect(ctx, (state) => {
    status.connection(state);
    banner.connection(state);
    if (state !== 'offline') recover(ctx, parts);
  });
  offs.push(status.close, banner.close, watchPage(live), listenToKeys(ctx), followTitle(ctx), dropRemoved(ctx), () => live.stop(), () => ctx.results.stop(), () => ctx.picture?.stop());
  Reflect.set(globalThis, '__dwell', { ctx, parts, timings: parts.timings, live });
  ctx.player.seek(ctx.store.recording.first_frame);
  return () => {
    for (const off of offs.reverse()) off();
    for (const each of [parts.annotator.off, parts.corrector.off, () => parts.words.off()]) each();
    Reflect.deleteProperty(globalThis, '__dwell');
    root.replaceChildren();
  };
}

/** @param {string} pid @param {Snapshot} snapshot @param {import('../core/api.js').Api} api @param {Ctx['say']} say @returns {Ctx} */
function makeContext(pid, snapshot, api, say) {
  const store = new Store(snapshot);
  const ui = new Ui(pid);
  if (!store.aois.has(ui.get('selected') ?? -1)) ui.set('selected', null);
  const player = new Player(store.recording.n_frames, { durationNs: store.recording.duration_ns });
  const client = newClientId();
  return {
    api,
    start: startApi(),
    store,
    player,
    ui,
    keys: new Keymap(),
    say,
    client,
    pid,
    refresh: async () => store.replace(await api.get('state')),
    results: new ResultsFeed({ api, store, ui }),
    volume: store.recording.volume ? new VolumeView({ api, client, store, player, say }) : null,
    picture: store.recording.kind === 'enrichment' ? new PictureFeed({ api, store }) : null,
  };
}

function newClientId() {
  return [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(36).padStart(2, '0')).join('').slice(0, 12);
}

/** @param {Ctx} ctx @returns {Parts} */
function makeParts(ctx) {
  const masks = new MaskCache(ctx.api);
  const annotator = new Annotator(ctx, masks);
  const corrector = new Corrector(ctx);
  annotator.onSegmented = (answer, frameIdx) => void corrector.after(answer, frameIdx);
  return { annotator, corrector, actions: new Actions(ctx, annotator), masks, timings: new Timings(), words: new Words(ctx), stage: null, look: null };
}

/** @param {HTMLElement} root @param {Ctx} ctx */
function makeRegions(root, ctx) {
  const region = (/** @type {string} */ id, /** @type {string} */ label) => el('section', { id, class: `region-${id}`, aria: { label } });
  const regions = {
    toolbar: el('header', { id: 'toolbar', class: 'region-toolbar' }),
    stage: region('stage', 'Scene video'),
    side: region('side', 'Panels'),
    look: region('look', 'Look'),
    timeline: region('timeline', 'Timeline'),
    status: el('footer', { id: 'status', class: 'region-status' }),
  };
  const back = el('a', { href: '#', class: 'button quiet icon-only', title: 'All projects', aria: { label: 'All projects' } }, icon('back'));
  const name = el('h1', { class: 'editor-name cut', text: ctx.store.recording.name, title: ctx.store.recording.project });
  regions.look.hidden = true;
  regions.toolbar.append(el('div', { class: 'editor-title' }, back, name));
  replace(root, el('div', { class: 'editor' }, ...Object.values(regions)));
  return regions;
}

/** @param {ReturnType<typeof makeRegions>} regions @param {Ctx} ctx @param {Parts} parts */
function mountAll(regions, ctx, parts) {
  const picture = el('div', { class: 'stage-picture' });
  const bars = el('div', { class: 'stage-bars' });
  const foot = el('div', { class: 'stage-bars at-foot' });
  regions.stage.append(picture, bars, foot);
  const tools = el('div', { class: 'toolbar-tools' });
  const track = el('div', { class: 'toolbar-track' });
  const offs = [bindEditorKeys(ctx, parts), mountCanvas(picture, ctx, parts)]; // views bind later: their keys go first
  if (ctx.volume) offs.push(mountVolume(picture, ctx, parts));
  const still = ctx.store.recording.n_frames === 1;
  regions.stage.closest('.editor')?.classList.toggle('still', still);
  if (!still) offs.push(mountTrack(track, ctx, parts), mountTimeline(regions.timeline, ctx));
  offs.push(
    mountToolbar(tools, ctx, parts),
    mountCorrection(bars, ctx, parts),
    mountNaming(picture, ctx, parts),
    mountCandidates(foot, ctx, parts),
    mountSide(regions.side, ctx, [
      ['aois', 'AOIs', (to) => mountAois(to, ctx, parts)],
      ['words', 'Words', (to) => mountWords(to, ctx, parts)],
      ...(ctx.volume ? [] : [/** @type {import('./side.js').Tab} */ (['everything', 'Everything', (to) => mountEverything(to, ctx, parts)])]),
      ...(still || ctx.volume ? [] : [/** @type {import('./side.js').Tab} */ (['review', 'Review', (to) => mountReview(to, ctx)])]),
      ...(ctx.volume ? [/** @type {import('./side.js').Tab} */ (['planes', 'Planes', (to) => mountPlanes(to, ctx)])] : []),
      ['results', 'Results', (to) => (ctx.volume ? mountVolumeResults(to, ctx) : ctx.picture ? mountPicture(to, ctx, ctx.picture) : mountResults(to, ctx))],
    ]),
  );
  regions.toolbar.append(tools, el('span', { class: 'grow' }));
  offs.push(mountLook({ editor: /** @type {HTMLElement} */ (regions.stage.parentElement), panel: regions.look, bars, toolbar: regions.toolbar }, ctx, parts));
  regions.toolbar.append(track);
  offs.push(mountHelp(regions.toolbar, ctx));
  return offs;
}

/** @param {Ctx} ctx @param {(state: import('../core/live.js').Connection) => void} onState */
function connect(ctx, onState) {
  const live = new Live({
    api: ctx.api,
    client: ctx.client,
    since: () => ctx.store.rev,
    onChange: (change) => ctx.store.apply(change),
    onSnapshot: () => ctx.refresh(),
    onState,
  });
  onState('offline');
  live.start();
  return live;
}

/** What could not be fetched while there was no connection. @param {Ctx} ctx @param {Parts} parts */
function recover(ctx, parts) {
  void parts.masks.want(parts.stage?.frameIdx ?? ctx.player.frameIdx, ctx.ui.get('before'));
  if (ctx.results.error) ctx.results.retry();
  if (ctx.picture?.error) ctx.picture.retry();
}

/** An AOI that is no more, here or in another tab, is not selected either. @param {Ctx} ctx */
function dropRemoved(ctx) {
  return ctx.store.subscribe((change) => {
    const selected = ctx.ui.get('selected');
    if (selected !== null && change.aois?.deleted.includes(selected)) ctx.ui.set('selected', null);
  });
}

/** A page that nobody looks at gives its connection back after a while. @param {Live} live */
function watchPage(live) {
  let timer = 0;
  const change = () => {
    window.clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = window.setTimeout(() => live.stop(), HIDDEN_PAGE_MS);
    else live.start();
  };
  document.addEventListener('visibilitychange', change);
  return () => {
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', change);
  };
}

/** @param {Ctx} ctx */
function listenToKeys(ctx) {
  const handle = (/** @type {KeyboardEvent} */ event) => {
    if (!dialogIsOpen()) ctx.keys.handle(event);
  };
  globalThis.addEventListener('keydown', handle);
  return () => globalThis.removeEventListener('keydown', handle);
}

/** @param {Ctx} ctx */
function followTitle(ctx) {
  const before = document.title;
  const show = () => {
    const { job, recording } = ctx.store;
    const share = job?.state === 'running' ? `${Math.floor((100 * job.done) / Math.max(1, job.total))} % · ` : '';
    document.title = `${share}${recording.name} – Dwell`;
  };
  show();
  let was = ctx.store.job;
  const off = ctx.store.subscribe(() => { if (was !== (was = ctx.store.job)) show(); });
  return () => {
    off();
    document.title = before;
  };
}

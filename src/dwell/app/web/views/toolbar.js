// The toolbar: undo, tools, playing, zoom, what is shown over the frame.
import { frameWord } from '../core/volume.js';
import { button, el } from './dom.js';
import { glyph } from './glyphs.js';
import { icon } from './icons.js';
import { openMenu } from './menu.js';
import { MENU_KEY, openTools } from './tools.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/ui.js').UiState} UiState */

/** @type {readonly [UiState['tool'], string, string, string][]} */
const TOOLS = [
  ['click', 'Click', 'c', 'Click what belongs to the AOI; Alt-click or right-click what does not; drag for a box'],
  ['box', 'Box', 'b', 'Drag a box around the AOI'],
  ['brush', 'Brush', 'p', 'Paint pixels into the mask; [ and ] change the size'],
  ['eraser', 'Eraser', 'e', 'Take pixels out of the mask; [ and ] change the size'],
  ['pan', 'Pan', 'h', 'Drag to move the picture; the middle button does so with every tool'],
];
const ZOOM_STEP = 1.25;
const BRUSH_STEP = 1.25;

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountToolbar(root, ctx, parts) {
  const bar = el('div', { class: 'toolbar', role: 'toolbar', aria: { label: 'Tools' } });
  const offs = [
    ...history(bar, ctx, parts), separator(bar),
    ...tools(bar, ctx), separator(bar),
    ...(ctx.store.recording.n_frames > 1 ? [...playing(bar, ctx), separator(bar)] : []),
    ...zoom(bar, ctx, parts),
    ...overlays(bar, ctx),
    ...editing(bar, ctx, parts),
    ...brushSize(bar, ctx),
  ];
  bar.addEventListener('keydown', (event) => move(event, bar));
  bar.addEventListener('mousedown', (event) => event.preventDefault()); // a click leaves the keys where they were: Space plays, arrows step
  bar.querySelectorAll('button').forEach((each, at) => (each.tabIndex = at === 0 ? 0 : -1));
  bar.addEventListener('focusin', (event) => bar.querySelectorAll('button').forEach((each) => (each.tabIndex = each === event.target ? 0 : -1)));
  root.append(bar);
  return () => offs.forEach((off) => off());
}

/** @param {HTMLElement} bar */
function separator(bar) {
  bar.append(el('span', { class: 'toolbar-line', role: 'separator', aria: { orientation: 'vertical' } }));
  return () => {};
}

/** @param {HTMLElement} bar @param {Ctx} ctx @param {Parts} parts */
function history(bar, ctx, parts) {
  const undo = button({ label: 'Undo', icon: glyph('undo'), iconOnly: true, class: 'quiet', run: () => void parts.actions.step('undo') });
  const redo = button({ label: 'Redo', icon: glyph('redo'), iconOnly: true, class: 'quiet', run: () => void parts.actions.step('redo') });
  bar.append(undo, redo);
  const show = () => {
    for (const [each, step, word, keys] of /** @type {const} */ ([
      [undo, ctx.store.steps.undo, 'Undo', 'Mod+z'], [redo, ctx.store.steps.redo, 'Redo', 'Mod+Shift+z']])) {
      const text = step ? `${word}: ${step.label} (${ctx.keys.show(keys)})` : `Nothing to ${word.toLowerCase()}`;
      each.title = text;
      each.setAttribute('aria-label', step ? `${word}: ${step.label}` : word);
      each.setAttribute('aria-disabled', String(!step));
    }
  };
  show();
  return [
    ctx.store.subscribe((change) => change.steps && show()),
    ctx.keys.bind({ id: 'undo', label: 'Undo', group: 'Editing', keys: ['Mod+z'], run: () => void parts.actions.step('undo') }),
    ctx.keys.bind({ id: 'redo', label: 'Redo', group: 'Editing', keys: ['Mod+Shift+z', 'Mod+y'], run: () => void parts.actions.step('redo') }),
  ];
}

/** @param {HTMLElement} bar @param {Ctx} ctx */
function tools(bar, ctx) {
  const buttons = TOOLS.map(([tool, label, key, help]) => {
    const each = button({ label, icon: glyph(tool), iconOnly: true, class: 'quiet tool', title: `${label} (${key.toUpperCase()}): ${help}`, run: () => ctx.ui.set('tool', tool) });
    each.dataset['tool'] = tool;
    return each;
  });
  const aim = button({ label: 'Keyboard aim', icon: icon('click'), iconOnly: true, class: 'quiet tool',
    title: 'Keyboard aim (Y): arrows move a cross-hair, Enter includes, minus excludes', run: () => ctx.ui.set('aim', !ctx.ui.get('aim')) });
  bar.append(el('div', { class: 'toolbar-group', role: 'group', aria: { label: 'What a click does' } }, ...buttons, aim));

  const show = () => {
    for (const each of buttons) each.setAttribute('aria-pressed', String(each.dataset['tool'] === ctx.ui.get('tool')));
    aim.setAttribute('aria-pressed', String(ctx.ui.get('aim')));
  };
  show();
  return [
    ctx.ui.subscribe(show),
    ...TOOLS.map(([tool, label, key]) => ctx.keys.bind({ id: `tool.${tool}`, label, group: 'Tools', keys: [key], run: () => ctx.ui.set('tool', tool) })),
    ctx.keys.bind({ id: 'tool.aim', label: 'Aim with the keyboard', group: 'Tools', keys: ['y'], run: () => ctx.ui.set('aim', !ctx.ui.get('aim')) }),
    ctx.keys.bind({ id: 'tool.aim.off', label: 'Stop aiming', group: 'Tools', keys: ['Escape'], when: () => ctx.ui.get('aim'), run: () => ctx.ui.set('aim', false) }),
  ];
}

/** Tools that change the masks of an AOI on many frames. @param {HTMLElement} bar @param {Ctx} ctx @param {Parts} parts */
function editing(bar, ctx, parts) {
  const open = button({ label: 'Editing tools', icon: glyph('tools'), iconOnly: true, class: 'quiet', title: `Editing tools for the selected AOI (${ctx.keys.show(MENU_KEY)})`, run: () => openTools(ctx, parts, open) });
  open.id = 'tools-button';
  open.setAttribute('aria-haspopup', 'menu');
  bar.append(open);
  const show = () => open.setAttribute('aria-disabled', String(!ctx.store.aois.has(ctx.ui.get('selected') ?? -1)));
  show();
  return [ctx.ui.subscribe((key) => key === 'selected' && show()), ctx.store.subscribe((change) => change.aois && show())];
}

/** Shown while the brush or the eraser is on. @param {HTMLElement} bar @param {Ctx} ctx */
function brushSize(bar, ctx) {
  const size = el('output', { class: 'brush-size', title: 'Brush size; [ and ] change it', aria: { label: 'Brush size' } });
  bar.append(size);
  const brushing = () => ['brush', 'eraser'].includes(ctx.ui.get('tool'));
  const resize = (/** @type {number} */ factor) => {
    const px = Math.min(200, Math.max(1, ctx.ui.get('brushPx') * factor));
    ctx.ui.set('brushPx', Math.round(px * 10) / 10);
  };
  const show = () => {
    size.hidden = !brushing();
    size.textContent = `Brush ${Math.round(2 * ctx.ui.get('brushPx'))} px`;
  };
  show();
  return [
    ctx.ui.subscribe(show),
    ctx.keys.bind({ id: 'brush.smaller', label: 'Smaller brush', group: 'Tools', keys: ['['], when: brushing, run: () => resize(1 / BRUSH_STEP) }),
    ctx.keys.bind({ id: 'brush.larger', label: 'Larger brush', group: 'Tools', keys: [']'], when: brushing, run: () => resize(BRUSH_STEP) }),
  ];
}

/** @param {HTMLElement} bar @param {Ctx} ctx */
function playing(bar, ctx) {
  const play = button({ label: 'Play', icon: icon('play'), iconOnly: true, class: 'quiet', run: () => ctx.player.toggle() });
  bar.append(play);
  let was = ctx.player.playing;
  const show = () => {
    if (was === ctx.player.playing) return;
    was = ctx.player.playing;
    play.replaceChildren(icon(was ? 'pause' : 'play'));
    play.setAttribute('aria-label', was ? 'Pause' : 'Play');
    play.title = was ? 'Pause (Space)' : 'Play (Space)';
  };
  const bind = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string[]} */ keys, /** @type {() => void} */ run) =>
    ctx.keys.bind({ id, label, group: 'Playing', keys, run });
  const { player } = ctx;
  const word = frameWord(ctx.store.recording);
  return [
    player.subscribe(show),
    bind('play', 'Play or pause', ['Space'], () => player.toggle()),
    bind('frame.next', `Next ${word}`, ['ArrowRight'], () => player.step(1)),
    bind('frame.previous', `Previous ${word}`, ['ArrowLeft'], () => player.step(-1)),
    bind('frame.next10', `10 ${word}s on`, ['Shift+ArrowRight', ...(ctx.volume ? ['PageDown'] : [])], () => player.step(10)),
    bind('frame.previous10', `10 ${word}s back`, ['Shift+ArrowLeft', ...(ctx.volume ? ['PageUp'] : [])], () => player.step(-10)),
    bind('frame.first', `First ${word}`, ['Home'], () => player.seek(0)),
    bind('frame.last', `Last ${word}`, ['End'], () => player.seek(player.nFrames - 1)),
  ];
}

/** @param {HTMLElement} bar @param {Ctx} ctx @param {Parts} parts */
function zoom(bar, ctx, parts) {
  const zoomIn = () => parts.stage?.zoom(ZOOM_STEP);
  const zoomOut = () => parts.stage?.zoom(1 / ZOOM_STEP);
  const fit = () => parts.stage?.fit();
  const share = button({ label: '100 %', class: 'quiet zoom-share', title: 'Zoom to one picture pixel per screen pixel', run: () => {
    const viewport = parts.stage?.viewport;
    if (viewport) parts.stage?.zoom(1 / (viewport.scale * viewport.ratio));
  } });
  bar.append(
    button({ label: 'Zoom out', icon: glyph('minus'), iconOnly: true, class: 'quiet', title: 'Zoom out (−)', run: zoomOut }),
    share,
    button({ label: 'Zoom in', icon: glyph('plus'), iconOnly: true, class: 'quiet', title: 'Zoom in (+)', run: zoomIn }),
    button({ label: 'Fit', icon: glyph('fit'), iconOnly: true, class: 'quiet', title: 'Fit the picture to the window (0)', run: fit }),
  );
  const show = () => {
    const viewport = parts.stage?.viewport;
    const text = `${Math.round(100 * (viewport ? viewport.scale * viewport.ratio : 1))} %`;
    const label = share.querySelector('span');
    if (label && label.textContent !== text) label.textContent = text;
  };
  const off = parts.stage?.subscribe(show);
  const bind = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string[]} */ keys, /** @type {() => unknown} */ run) =>
    ctx.keys.bind({ id, label, group: 'Canvas', keys, run });
  return [
    () => off?.(),
    bind('zoom.in', 'Zoom in', ['+', '='], zoomIn),
    bind('zoom.out', 'Zoom out', ['-'], zoomOut),
    bind('zoom.fit', 'Fit the picture', ['0'], fit),
  ];
}

/** @type {readonly ['showMasks'|'showBadges'|'recolour'|'showGaze'|'showTrail', string][]} */
const OVERLAYS = [
  ['showMasks', 'Masks'],
  ['showBadges', 'Names and states'],
  ['recolour', 'Highlight what is looked at'],
  ['showGaze', 'Gaze and fixation'],
  ['showTrail', 'Gaze trail'],
];

/** @param {HTMLElement} bar @param {Ctx} ctx */
function overlays(bar, ctx) {
  const { ui } = ctx;
  const open = button({ label: 'Overlays', icon: glyph('layers'), iconOnly: true, class: 'quiet', title: 'What is shown over the picture', run: () => {
    openMenu(open, [
      ...OVERLAYS.map(([key, label]) => ({ label, checked: ui.get(key), run: () => ui.set(key, !ui.get(key)) })),
      '-',
      ...[0.25, 0.45, 0.7].map((value, at) => ({ label: `${['Light', 'Medium', 'Strong'][at]} masks`, checked: Math.abs(ui.get('maskOpacity') - value) < 0.01, run: () => ui.set('maskOpacity', value) })),
      '-',
      { label: 'Re-track the gap after a correction', checked: ui.get('autoTrack'), run: () => ui.set('autoTrack', !ui.get('autoTrack')) },
    ]);
  } });
  open.setAttribute('aria-haspopup', 'menu');
  bar.append(open);
  return [];
}

/** Arrows go from control to control, as in every toolbar. @param {KeyboardEvent} event @param {HTMLElement} bar */
function move(event, bar) {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (!by) return;
  event.preventDefault();
  const buttons = [...bar.querySelectorAll('button')];
  const at = buttons.findIndex((each) => each === document.activeElement);
  buttons[(at + by + buttons.length) % buttons.length]?.focus();
}

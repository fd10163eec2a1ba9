// The panels at the side: tabs, each but the first mounted when it is first looked at.
import { el } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/ui.js').UiState['panel']} Panel */
/** @typedef {[Panel, string, (root: HTMLElement) => (() => void)]} Tab */

/** @param {HTMLElement} root @param {Ctx} ctx @param {Tab[]} tabs @returns {() => void} unmount */
export function mountSide(root, ctx, tabs) {
  /** @type {(() => void)[]} */
  const offs = [];
  /** @type {Set<Panel>} */
  const mounted = new Set();
  const heads = tabs.map(([panel, label]) => el('button', { type: 'button', role: 'tab', id: `tab-${panel}`, class: 'side-tab', text: label,
    aria: { controls: `panel-${panel}` }, on: { click: () => ctx.ui.set('panel', panel) } }));
  const bodies = tabs.map(([panel]) => el('div', { role: 'tabpanel', id: `panel-${panel}`, class: 'side-panel', tabindex: -1, aria: { labelledby: `tab-${panel}` } }));
  const list = el('div', { role: 'tablist', class: 'side-tabs', aria: { label: 'Panels' } }, ...heads);
  list.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = tabs.findIndex(([panel]) => panel === ctx.ui.get('panel'));
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!by || !next) return;
    event.preventDefault();
    ctx.ui.set('panel', next[0]);
    heads[tabs.indexOf(next)]?.focus();
  });
  const show = () => tabs.forEach(([panel, , mount], at) => {
    const on = panel === ctx.ui.get('panel');
    const [head, body] = [heads[at], bodies[at]];
    if (!head || !body) return;
    head.setAttribute('aria-selected', String(on));
    head.tabIndex = on ? 0 : -1;
    body.hidden = !on;
    if ((!on && at > 0) || mounted.has(panel)) return; // the first at once: its shortcuts are for the whole editor
    mounted.add(panel);
    offs.push(mount(body));
  });
  root.append(list, ...bodies);
  if (!tabs.some(([panel]) => panel === ctx.ui.get('panel'))) ctx.ui.set('panel', 'aois');
  show();
  offs.push(ctx.ui.subscribe((key) => key === 'panel' && show()));
  return () => offs.forEach((off) => off());
}

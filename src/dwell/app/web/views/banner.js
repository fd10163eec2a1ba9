// Lines across the top for what concerns the whole page: no server, read-only, open in another tab.
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/live.js').Connection} Connection */

const PATIENCE_MS = 4000;

/**
 * @param {HTMLElement} root  where the lines go
 * @param {Ctx} ctx
 * @returns {{close: () => void, connection: (state: Connection) => void}}
 */
export function mountBanner(root, ctx) {
  const offline = line(root, 'warning', button({ label: 'Reload the page', class: 'small', run: () => location.reload() }));
  const writer = line(root, 'warning');
  const twin = line(root, 'info');
  twin.node.append(button({ label: 'Dismiss', icon: icon('close'), iconOnly: true, class: 'quiet small', run: () => twin.say('') }));
  let timer = 0;
  const connection = (/** @type {Connection} */ state) => {
    window.clearTimeout(timer);
    if (state !== 'offline') return offline.say('');
    timer = window.setTimeout(() => offline.say(offlineText(ctx.store.recording.project)), PATIENCE_MS);
  };
  const write = () => {
    const why = ctx.store.lostWriter;
    writer.say(why ? `Nothing can be changed at the moment: ${why}` : '');
  };
  write();
  const off = ctx.store.subscribe(write);
  const stop = watchTabs(ctx, () => twin.say('This project is open in another tab too. Both stay in step; undo takes back the newest change of either.'));
  return { connection, close: () => { window.clearTimeout(timer); off(); stop(); root.replaceChildren(); } };
}

/** @param {string} project */
function offlineText(project) {
  return `The server does not answer. Nothing is lost: every change so far is saved. If it was stopped, start it again with dwell app "${project}" and open the address that it prints.`;
}

/** @param {HTMLElement} root @param {import('./icons.js').IconName} sign @param {Node} [action] */
function line(root, sign, action) {
  const text = el('p');
  const node = el('div', { class: 'banner', role: 'status', hidden: true }, icon(sign), text, action);
  root.append(node);
  const say = (/** @type {string} */ words) => {
    text.textContent = words;
    node.hidden = words === '';
  };
  return { node, say };
}

/** Tabs of one browser tell each other that they are there. @param {Ctx} ctx @param {() => void} found */
function watchTabs(ctx, found) {
  if (!('BroadcastChannel' in globalThis)) return () => {};
  const channel = new BroadcastChannel(`dwell.${ctx.pid}`);
  channel.onmessage = ({ data }) => {
    if (data?.client === ctx.client) return;
    found();
    if (data?.hello) channel.postMessage({ client: ctx.client });
  };
  channel.postMessage({ client: ctx.client, hello: true });
  return () => channel.close();
}

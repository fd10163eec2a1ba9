// Lines across the top for what concerns the whole page: no server, read-only, open in another tab.
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('../core/live.js').Connection} Connection */

const PATIENCE_MS = 4000;
const TWIN = 'This project is open in another tab too. Both stay in step; undo takes back the newest change of either.';

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
  const renew = () => {
    const why = ctx.store.lostWriter;
    writer.say(why ? `Nothing can be changed at the moment: ${why}` : '');
  };
  renew();
  const off = ctx.store.subscribe(renew);
  const stop = watchTabs(ctx, (there) => twin.say(there ? TWIN : ''));
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

/** Tabs of one browser tell each other that they are there. @param {Ctx} ctx @param {(there: boolean) => void} say */
function watchTabs(ctx, say) {
  if (!('BroadcastChannel' in globalThis)) return () => {};
  const channel = new BroadcastChannel(`dwell.${ctx.pid}`);
  const send = (/** @type {'hello'|'here'|'bye'} */ word) => channel.postMessage({ client: ctx.client, word });
  channel.onmessage = ({ data }) => {
    if (data?.client === ctx.client) return;
    say(data?.word !== 'bye');
    if (data?.word === 'hello') send('here');
    if (data?.word === 'bye') send('hello'); // there may be a third one
  };
  const leave = () => send('bye');
  globalThis.addEventListener('pagehide', leave);
  send('hello');
  return () => {
    globalThis.removeEventListener('pagehide', leave);
    leave();
    channel.close();
  };
}

// The page: which view is shown for which address.
import { startApi } from './core/api.js';
import { mountEditor } from './views/editor.js';
import { createToasts } from './views/toast.js';

const page = /** @type {HTMLElement} */ (document.getElementById('page'));
const say = createToasts(document.body);
/** @type {() => void} */
let leave = () => {};

async function show() {
  leave();
  leave = () => {};
  const pid = location.hash.match(/^#p\/([0-9a-f]+)/)?.[1];
  if (!pid) return;
  try {
    leave = await mountEditor(page, pid, { say });
  } catch (error) {
    say.error(error);
  }
}

async function begin() {
  const wanted = new URLSearchParams(location.search).get('open');
  if (wanted && !location.hash) {
    try {
      const opened = await startApi().post('open', { path: wanted });
      location.replace(`./#p/${opened.pid}`);
      return;
    } catch (error) {
      say.error(error);
    }
  }
  await show();
}

addEventListener('hashchange', show);
await begin();

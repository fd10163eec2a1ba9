// A change that may take long: done at once it is only told; else how far it is, and a way to stop it.
import { openDialog } from './dialog.js';
import { progressView } from './progress.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */
/** @typedef {import('../core/messages.js').Task} Task */

/**
 * @template {{rev: number, step: import('../core/messages.js').Step|null}} R
 * @param {Ctx} ctx @param {Parts} parts @param {{title: string, path: string, request: object, text: (result: R) => string}} what
 * @returns {Promise<R|null>} null: it was stopped
 * @throws {Error} a sentence
 */
export async function makeChange(ctx, { actions }, { title, path, request, text }) {
  if (ctx.store.lostWriter) throw new Error(ctx.store.lostWriter);
  /** @type {import('./dialog.js').OpenDialog|null} */
  let dialog = null;
  const progress = progressView(title);
  const show = (/** @type {Task} */ task) => {
    if (task.state === 'running' && !dialog) {
      dialog = openDialog({ title, body: progress.node, actions: [{ label: 'Stop' }] });
      void dialog.closed.then((said) => { if (said !== 'over') void ctx.api.post(`tasks/${task.id}/cancel`).catch(ctx.say.error); });
    }
    progress.task(task);
  };
  try {
    return await actions.change(path, request, text, show);
  } finally {
    /** @type {import('./dialog.js').OpenDialog|null} */ (dialog)?.close('over');
  }
}

// AOI presets: a codebook file with names, colours and categories, to be used for every recording of a study.
import { el } from './dom.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */

/** @param {Ctx} ctx */
export function loadPresets(ctx) {
  const input = el('input', { type: 'file', accept: '.yaml,.yml,.txt' });
  input.addEventListener('change', () => void send(ctx, input.files?.[0]));
  input.click();
}

/** @param {Ctx} ctx */
export function savePresets(ctx) {
  const link = el('a', { href: ctx.api.url('presets.yaml'), download: `${ctx.store.recording.name} codebook.yaml` });
  document.body.append(link);
  link.click();
  link.remove();
}

/** @param {Ctx} ctx @param {File} [file] */
async function send(ctx, file) {
  if (!file) return;
  try {
    const done = await ctx.api.post(`presets?client=${encodeURIComponent(ctx.client)}`, await file.text());
    const text = done.n === 1 ? '1 AOI added' : `${done.n} AOIs added`;
    ctx.say.success(done.n ? `${text} from ${file.name}. Select one and click it in the video.` : `All AOIs of ${file.name} are here already.`);
  } catch (error) {
    ctx.say.error(error);
  }
}

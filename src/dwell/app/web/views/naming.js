// The field beside a first click that asks for the new AOI's name.
import { button, el } from './dom.js';
import { icon } from './icons.js';

/** @typedef {import('../core/context.js').Ctx} Ctx */
/** @typedef {import('./canvas.js').Parts} Parts */

const FIELD_PX = { width: 280, height: 44, gap: 16 };

/** @param {HTMLElement} root @param {Ctx} ctx @param {Parts} parts @returns {() => void} unmount */
export function mountNaming(root, ctx, parts) {
  const { annotator } = parts;
  const input = el('input', { type: 'text', class: 'naming-input', maxlength: 200, autocomplete: 'off', spellcheck: 'false',
    aria: { label: 'Name of the new AOI' } });
  const form = el(
    'form',
    { class: 'naming', hidden: true, on: { submit: (event) => { event.preventDefault(); confirm(); } } },
    input,
    el('button', { type: 'submit', class: 'button primary small', text: 'Add' }),
    button({ label: 'Cancel', icon: icon('close'), iconOnly: true, class: 'quiet small', run: () => cancel() }),
  );
  const cancel = () => {
    annotator.cancelName();
    parts.stage?.over.focus();
  };
  const confirm = () => {
    void annotator.confirmName(input.value);
    parts.stage?.over.focus();
  };
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    cancel();
  });
  const show = () => {
    const { naming } = annotator;
    const opens = naming !== null && form.hidden;
    form.hidden = naming === null;
    if (!naming || !parts.stage) return;
    if (opens) {
      input.value = naming.name || annotator.defaultName();
      place(form, parts.stage, naming.prompts[0] ?? null);
      input.focus();
      input.select();
    }
  };
  root.append(form);
  return annotator.subscribe(show);
}

/** Beside the first prompt, inside the stage. @param {HTMLElement} form @param {import('./canvas.js').Stage} stage
 * @param {import('../core/messages.js').Prompt|null} prompt */
function place(form, { viewport }, prompt) {
  const at = viewport.toScreen(prompt?.x ?? prompt?.x1 ?? prompt?.points?.at(-1)?.[0] ?? 0, prompt?.y ?? prompt?.y0 ?? prompt?.points?.at(-1)?.[1] ?? 0);
  const fits = at.x + FIELD_PX.gap + FIELD_PX.width + 8 <= viewport.stageWidth;
  const x = fits ? at.x + FIELD_PX.gap : at.x - FIELD_PX.gap - FIELD_PX.width;
  const y = Math.min(Math.max(8, at.y - FIELD_PX.height / 2), viewport.stageHeight - FIELD_PX.height - 8);
  form.style.left = `${Math.max(8, x)}px`;
  form.style.top = `${y}px`;
}

// What the tests look at through the page's own state and elements. Set before the page's code runs; it changes nothing.
globalThis.probe = {
  parts: () => globalThis.__dwell.parts,
  api: () => globalThis.__dwell.ctx.api,

  /** Opens a path as the start page does. @returns {Promise<string>} the project's id */
  async open(path) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch('api/open', { method: 'POST', body: JSON.stringify({ path }), headers });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    location.hash = `p/${said.pid}`;
    return said.pid;
  },

  /** RGBA of what is painted over the video at a place of the video, once it is painted. */
  async pixel(x, y) {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const { over, viewport } = this.parts().stage;
    const at = viewport.toScreen(x, y);
    const ratio = over.width / over.clientWidth;
    return [...over.getContext('2d').getImageData(Math.round(at.x * ratio), Math.round(at.y * ratio), 1, 1).data];
  },

  /** A letter per frame: v visible, a absent, l lost, u unknown or out of date. */
  async lane(objectId) {
    const bytes = new Uint8Array(await this.api().bytes(`lanes/${objectId}`));
    let said = '';
    for (let i = 0; i < bytes.length; i += 2) said += bytes[i] & 16 ? 'u' : 'uval'[bytes[i] & 3];
    return said;
  },

  /** What the server says of an AOI on every frame. */
  async masksOf(objectId) {
    const frames = [...Array(globalThis.__dwell.ctx.player.nFrames).keys()];
    const all = await Promise.all(frames.map((frame) => this.api().get(`frames/${frame}/masks`)));
    return all.map(({ masks }) => masks.find((mask) => mask.object_id === objectId) ?? null);
  },

  /** Drops files on the page. @param {[string, string][]} files name and base64 */
  drop(files) {
    const carried = new DataTransfer();
    for (const [name, text] of files) carried.items.add(new File([Uint8Array.from(atob(text), (each) => each.charCodeAt(0))], name));
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
  },

  nameOf(element) {
    const label = element?.labels?.[0]?.textContent;
    return (element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '').trim();
  },

  /** Where the focus is, and whether one can see that. */
  focus() {
    const { activeElement: each } = document;
    if (!each || each === document.body) return null;
    const style = getComputedStyle(each);
    const box = each.getBoundingClientRect();
    return {
      name: this.nameOf(each),
      what: `<${each.tagName.toLowerCase()}#${each.id}.${each.className}> ${this.nameOf(each).slice(0, 40)}`,
      key: [...document.querySelectorAll('*')].indexOf(each),
      ring: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none',
      seen: box.width > 1 && box.height > 1,
    };
  },

  /** What does not fit on the screen, or into its box. @returns {string[]} */
  cutOff() {
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const wrong = [];
    const scrolls = (each) => each && each !== document.body && (/(auto|scroll)/.test(getComputedStyle(each).overflow) || scrolls(each.parentElement));
    const shown = (selector) => [...document.querySelectorAll(selector)].filter(
      (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest('.visually-hidden') && each.getBoundingClientRect().width > 1);
    const name = (each) => `<${each.tagName.toLowerCase()}.${each.className}> ${this.nameOf(each).slice(0, 40)}`;
    for (const each of shown('button, input, select, a[href], h1, h2, h3, [role=tab], [role=slider], canvas')) {
      if (scrolls(each.parentElement)) continue;
      const { left, top, right, bottom } = each.getBoundingClientRect();
      if (left < -1 || top < -1 || right > width + 1 || bottom > height + 1) wrong.push(`${name(each)} is cut off: ${[left, top, right, bottom].map(Math.round)}`);
    }
    for (const each of shown('button, h1, h2, h3, [role=tab], label, summary')) {
      const style = getComputedStyle(each);
      if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0 && style.textOverflow !== 'ellipsis' && style.overflowX !== 'visible')
        wrong.push(`${name(each)} does not fit into its ${each.clientWidth} px`);
    }
    return wrong;
  },

  /** Whether the page itself can be scrolled. */
  scrolls() {
    const { scrollWidth, scrollHeight } = document.scrollingElement;
    const { clientWidth, clientHeight } = document.documentElement;
    return scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
  },

  /** Presses of a mouse button and movements, which a run by keyboard alone must not have. */ mouse: 0,
};
addEventListener('securitypolicyviolation', (event) => console.error(`CSP refused ${event.blockedURI} (${event.violatedDirective})`));
for (const type of ['pointerdown', 'mousedown', 'pointermove', 'wheel'])
  addEventListener(type, (event) => { globalThis.probe.mouse += event.isTrusted ? 1 : 0; }, true);

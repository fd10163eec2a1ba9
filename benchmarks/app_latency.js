// The stop-watch of app_latency.py, beside the page's own code and not part of it.
globalThis.latency = {
  /** The newest input event, on the clock of performance.now(). */ input: 0,
  /** @type {Promise<number>|null} ms until what is expected was on screen */ answer: null,

  /** What the next input is to bring: 'frame' a frame, 'exact' the frame of the playhead, 'near' any that was not there, 'mask' one of an AOI. */
  expect(what, argument) {
    this.input = 0;
    const before = this.seen(what, argument);
    this.answer = this.until(() => this.input > 0 && this.came(what, argument, before)).then((at) => at - this.input);
    this.answer.catch(() => {}); // it is told to whoever asks for the answer
  },

  seen(what, argument) {
    const { ctx, parts } = globalThis.__dwell;
    if (what === 'mask') return parts.masks.get(ctx.player.frameIdx)?.masks.get(argument) ?? null;
    return parts.stage.shown;
  },

  came(what, argument, before) {
    const { ctx, parts } = globalThis.__dwell;
    const { shown } = parts.stage;
    if (what === 'mask') {
      const mask = parts.masks.get(ctx.player.frameIdx)?.masks.get(argument);
      return Boolean(mask?.counts) && mask !== before;
    }
    if (what === 'near') return shown !== before;
    return shown.exact && shown.frameIdx === (what === 'frame' ? argument : ctx.player.frameIdx);
  },

  /** The time when this has been true for a painted frame. */
  until(isTrue) {
    const patience = performance.now() + 20_000;
    return new Promise((done, fail) => {
      const look = () => {
        if (performance.now() > patience) return fail(new Error('nothing came within 20 s'));
        if (isTrue()) requestAnimationFrame(() => done(performance.now())); // painted in this frame, on screen by the next
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  },

  /** The peer: pictures of the frames from `first` on, one after the other, in an <img>. */
  async swaps(first, n, pause) {
    const { ctx, parts } = globalThis.__dwell;
    const width = parts.stage.viewport.level ? `&w=${Math.ceil(ctx.store.recording.width / 2 ** parts.stage.viewport.level)}` : '';
    const image = document.createElement('img');
    image.style.cssText = 'position:fixed;left:0;top:0;width:640px;z-index:99';
    document.body.append(image);
    const spent = [];
    for (let at = first; at < first + n; at++) {
      await new Promise((done) => setTimeout(done, pause));
      const began = performance.now();
      image.src = ctx.api.url(`frames/${at}.jpg?tag=${ctx.store.recording.frames_tag}${width}`);
      await image.decode();
      spent.push((await this.until(() => true)) - began);
    }
    image.remove();
    return spent;
  },

  /** ms from asking for a recording until its first frame is on screen. */
  async open(path) {
    const began = performance.now();
    const answer = await fetch('api/open', { method: 'POST', body: JSON.stringify({ path }), headers: { 'Content-Type': 'application/json' } });
    location.hash = `p/${(await answer.json()).pid}`;
    return (await this.until(() => globalThis.__dwell?.parts.stage?.shown?.exact)) - began;
  },
};
for (const type of ['keydown', 'pointerdown', 'pointerup', 'pointermove'])
  addEventListener(type, (event) => { globalThis.latency.input = event.timeStamp; }, true);

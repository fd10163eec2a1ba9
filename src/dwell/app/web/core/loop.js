// Plays a few frames over and over, until something else moves the playhead.

/**
 * @typedef {Pick<import('./player.js').Player, 'seek' | 'play' | 'pause' | 'playing' | 'frameIdx' | 'subscribe'>}
 *   Player
 */

export class Loop {
  /**
   * @param {Player} player
   * @param {() => void} [changed] called when it starts or stops
   */
  constructor(player, changed = () => {}) {
    this.player = player;
    this.changed = changed;
    /** Frames that are played; null: none. @type {[number, number] | null} */
    this.frames = null;
    this.own = false;
    this.off = player.subscribe(() => this.follow());
  }

  close() {
    this.stop();
    this.off();
  }

  /**
   * Starts with frames [start, stop), or stops.
   * @param {number} start
   * @param {number} stop
   */
  toggle(start, stop) {
    if (this.frames) {
      this.player.pause();
      this.stop();
      return;
    }
    this.frames = [start, Math.max(stop, start + 2)];
    this.again();
    this.changed();
  }

  /** Forgets the loop; the player goes on as it is. */
  stop() {
    if (!this.frames) return;
    this.frames = null;
    this.changed();
  }

  /** From the beginning. */
  again() {
    if (!this.frames) return;
    this.own = true;
    this.player.seek(this.frames[0], { settle: false });
    this.player.play();
    this.own = false;
  }

  /** After the playhead has moved, or playing has stopped. */
  follow() {
    if (!this.frames || this.own) return;
    const [start, stop] = this.frames;
    const { frameIdx, playing } = this.player;
    if (frameIdx >= stop - 1 && frameIdx < stop + 30) this.again();
    else if (!playing || frameIdx < start || frameIdx >= stop) this.stop();
  }
}

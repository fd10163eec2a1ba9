// Turning pictures with the wheel.

const NOTCH_PX = 60;
const LINE_PX = 30;

/** Counts turns of the wheel into whole pictures: one per notch of a mouse, and as far as two fingers go on a touch pad. */
export class WheelSteps {
  #rest = 0;

  /** @param {{deltaY: number, deltaMode?: number}} wheel @returns {number} pictures, negative: back */
  turn({ deltaY, deltaMode = 0 }) {
    const px = deltaY * (deltaMode === 0 ? 1 : LINE_PX);
    if (this.#rest * px < 0) this.#rest = 0; // turned round
    if (Math.abs(px) >= NOTCH_PX) {
      this.#rest = 0;
      return Math.sign(px); // a notch, however far this system says it goes
    }
    this.#rest += px;
    const steps = Math.trunc(this.#rest / NOTCH_PX) + 0; // no −0
    this.#rest -= steps * NOTCH_PX;
    return steps;
  }
}

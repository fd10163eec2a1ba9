// Where the frame lies on the stage: fit, zoom about a point, pan. Stage in CSS px, image in px of the scene video.

const MAX_SCALE = 40;
const MARGIN = 48;

export class Viewport {
  scale = 1;
  /** Stage position of the image's origin. */ x = 0;
  y = 0;
  /** Follows the stage's size. */ fitted = true;
  stageWidth = 1;
  stageHeight = 1;
  /** Device px per CSS px. */ ratio = 1;

  /** @param {number} imageWidth @param {number} imageHeight */
  constructor(imageWidth, imageHeight) {
    this.imageWidth = imageWidth;
    this.imageHeight = imageHeight;
  }

  /** @param {number} width @param {number} height @param {number} [ratio] */
  resize(width, height, ratio = 1) {
    const middle = this.toImage(this.stageWidth / 2, this.stageHeight / 2);
    [this.stageWidth, this.stageHeight, this.ratio] = [Math.max(1, width), Math.max(1, height), ratio];
    if (this.fitted) return this.fit();
    this.x = this.stageWidth / 2 - middle.x * this.scale;
    this.y = this.stageHeight / 2 - middle.y * this.scale;
    this.#clamp();
  }

  /** The scale at which the whole image is seen. */
  get fitScale() {
    return Math.min(this.stageWidth / this.imageWidth, this.stageHeight / this.imageHeight);
  }

  fit() {
    this.scale = this.fitScale;
    this.fitted = true;
    this.#clamp();
  }

  /** Zooms so that the image point at a stage point stays there. @param {number} factor @param {number} [sx] @param {number} [sy] */
  zoomAt(factor, sx = this.stageWidth / 2, sy = this.stageHeight / 2) {
    const smallest = Math.min(1, this.fitScale);
    const scale = Math.min(Math.max(this.scale * factor, smallest), MAX_SCALE);
    const fixed = this.toImage(sx, sy);
    this.scale = scale;
    this.fitted = Math.abs(scale / this.fitScale - 1) < 1e-6;
    this.x = sx - fixed.x * scale;
    this.y = sy - fixed.y * scale;
    this.#clamp();
  }

  /** @param {number} dx stage px @param {number} dy */
  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.#clamp();
  }

  /** Pans as little as needed for an image point to be seen. @param {number} x @param {number} y */
  reveal(x, y) {
    const at = this.toScreen(x, y);
    const move = (/** @type {number} */ place, /** @type {number} */ size) =>
      place < MARGIN ? MARGIN - place : place > size - MARGIN ? size - MARGIN - place : 0;
    this.pan(move(at.x, this.stageWidth), move(at.y, this.stageHeight));
  }

  /** @param {number} sx @param {number} sy */
  toImage(sx, sy) {
    return { x: (sx - this.x) / this.scale, y: (sy - this.y) / this.scale };
  }

  /** @param {number} x @param {number} y */
  toScreen(x, y) {
    return { x: x * this.scale + this.x, y: y * this.scale + this.y };
  }

  /** @param {number} x @param {number} y image px */
  contains(x, y) {
    return x >= 0 && y >= 0 && x < this.imageWidth && y < this.imageHeight;
  }

  /** For `setTransform`: image px → device px. @returns {[number, number, number, number, number, number]} */
  get transform() {
    const { ratio, scale } = this;
    return [scale * ratio, 0, 0, scale * ratio, this.x * ratio, this.y * ratio];
  }

  /** How often the frame may be halved without being blurred here: 0, 1 or 2. */
  get level() {
    const share = this.scale * this.ratio;
    return share <= 0.27 ? 2 : share <= 0.53 ? 1 : 0;
  }

  #clamp() {
    this.x = clamped(this.x, this.imageWidth * this.scale, this.stageWidth);
    this.y = clamped(this.y, this.imageHeight * this.scale, this.stageHeight);
  }
}

/** Centred if it fits, else without a gap wider than the margin. @param {number} at @param {number} size @param {number} stage */
function clamped(at, size, stage) {
  if (size <= stage) return (stage - size) / 2;
  return Math.min(MARGIN, Math.max(stage - size - MARGIN, at));
}

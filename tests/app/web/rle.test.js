import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCounts, encodeCounts, Mask } from '../../../src/dwell/app/web/core/rle.js';
import { random } from './snapshots.js';

/** Blobs of random pixels, and sometimes none or all. */
function randomPixels(next, height, width) {
  const share = [0, 0.03, 0.5, 0.97, 1][Math.floor(next() * 5)];
  return Uint8Array.from({ length: height * width }, () => Number(next() < share));
}

/** Run lengths the slow way: column by column. */
function naiveCounts(pixels, height, width) {
  const counts = [0];
  let value = 0;
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      if (pixels[y * width + x] !== value) { counts.push(0); value = 1 - value; }
      counts[counts.length - 1]++;
    }
  return counts;
}

const pixelsOf = (mask) => Uint8Array.from({ length: mask.height * mask.width }, (_, at) => Number(mask.has(at % mask.width, Math.floor(at / mask.width))));

test('a string worked by hand', () => {
  // 3 x 3 with the middle pixel: 4 background, 1 mask, 4 background. The third value is itself, as 4 > 2 places back does not exist.
  const mask = Mask.fromPixels([0, 0, 0, 0, 1, 0, 0, 0, 0], 3, 3);
  assert.equal(mask.toString(), '414');
  assert.deepEqual(decodeCounts('414'), [4, 1, 4]);
  assert.equal(mask.area, 1);
  assert.deepEqual(mask.box, [1, 1, 2, 2]);
  assert.deepEqual(mask.outline, [[1, 1, 2, 1, 2, 2, 1, 2]]);
});

test('counts go to a string and back, large and falling ones too', () => {
  const counts = [0, 5, 1_000_000, 5, 999_999, 1, 3, 1_900_000];
  assert.deepEqual(decodeCounts(encodeCounts(counts)), counts);
  assert.deepEqual(decodeCounts(''), []);
});

test('random masks: string, area, box and hits agree with pixels', () => {
  const next = random(3);
  for (let round = 0; round < 200; round++) {
    const [height, width] = [1 + Math.floor(next() * 9), 1 + Math.floor(next() * 9)];
    const pixels = randomPixels(next, height, width);
    const mask = Mask.fromPixels(pixels, height, width);
    assert.equal(mask.toString(), encodeCounts(naiveCounts(pixels, height, width)));
    const again = Mask.fromString(mask.toString(), height, width);
    assert.deepEqual(pixelsOf(again), pixels);
    assert.equal(again.area, pixels.reduce((sum, each) => sum + each, 0));
    const on = [...pixels.keys()].filter((at) => pixels[at]);
    const [xs, ys] = [on.map((at) => at % width), on.map((at) => Math.floor(at / width))];
    assert.deepEqual(again.box, on.length ? [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1] : null);
  }
});

test('outside the frame is never on the mask', () => {
  const mask = Mask.fromPixels([1, 1, 1, 1], 2, 2);
  assert.equal(mask.has(-0.1, 0), false);
  assert.equal(mask.has(0, 2), false);
  assert.equal(mask.has(1.99, 1.99), true);
});

test('random masks: the outline encloses the mask\'s area and passes every border edge once', () => {
  const next = random(11);
  for (let round = 0; round < 200; round++) {
    const [height, width] = [1 + Math.floor(next() * 9), 1 + Math.floor(next() * 9)];
    const pixels = randomPixels(next, height, width);
    const mask = Mask.fromPixels(pixels, height, width);
    let [area, length] = [0, 0];
    for (const xy of mask.outline)
      for (let at = 0; at < xy.length; at += 2) {
        const [x0, y0, x1, y1] = [xy[at], xy[at + 1], xy[(at + 2) % xy.length], xy[(at + 3) % xy.length]];
        assert.ok((x0 === x1) !== (y0 === y1), 'edges run along pixels');
        area += (x0 * y1 - x1 * y0) / 2;
        length += Math.abs(x1 - x0) + Math.abs(y1 - y0);
      }
    const on = (x, y) => x >= 0 && y >= 0 && x < width && y < height && pixels[y * width + x];
    let edges = 0;
    for (let y = -1; y <= height; y++)
      for (let x = -1; x <= width; x++) {
        edges += Number(Boolean(on(x, y)) !== Boolean(on(x + 1, y)));
        edges += Number(Boolean(on(x, y)) !== Boolean(on(x, y + 1)));
      }
    assert.equal(area, mask.area);
    assert.equal(length, edges);
  }
});

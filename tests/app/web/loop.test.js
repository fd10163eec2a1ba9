import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Loop } from '../../../src/dwell/app/web/core/loop.js';

/** A player whose frames are moved by hand. */
function playerByHand() {
  /** @type {() => void} */
  let observer = () => {};
  const player = {
    frameIdx: 0,
    playing: false,
    seek(/** @type {number} */ frame) {
      player.playing = false;
      player.to(frame);
    },
    play() {
      player.playing = true;
      observer();
    },
    pause() {
      player.playing = false;
      observer();
    },
    subscribe(/** @type {any} */ fn) {
      observer = fn;
      return () => (observer = () => {});
    },
    to(/** @type {number} */ frame) {
      player.frameIdx = frame;
      observer();
    },
  };
  return player;
}

test('plays from the start of the span, and again from there at its end', () => {
  const player = playerByHand();
  const loop = new Loop(player);
  loop.toggle(10, 20);
  assert.deepEqual([player.frameIdx, player.playing], [10, true]);
  player.to(15);
  assert.equal(player.frameIdx, 15);
  player.to(19);
  assert.deepEqual([player.frameIdx, player.playing], [10, true]);
});

test('a slow machine that skips the end of the span goes back too', () => {
  const player = playerByHand();
  const loop = new Loop(player);
  loop.toggle(10, 20);
  player.to(24);
  assert.equal(player.frameIdx, 10);
  assert.deepEqual(loop.frames, [10, 20]);
});

test('the same key stops it, and says so', () => {
  const player = playerByHand();
  let changes = 0;
  const loop = new Loop(player, () => changes++);
  loop.toggle(10, 20);
  player.to(12);
  loop.toggle(10, 20);
  assert.deepEqual([player.playing, player.frameIdx, loop.frames, changes], [false, 12, null, 2]);
});

test('pausing or going elsewhere ends it', () => {
  const player = playerByHand();
  const loop = new Loop(player);
  loop.toggle(10, 20);
  player.pause();
  assert.equal(loop.frames, null);
  loop.toggle(10, 20);
  player.to(500);
  assert.equal(loop.frames, null);
  assert.equal(player.frameIdx, 500);
});

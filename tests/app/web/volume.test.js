import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames } from '../../../src/dwell/app/web/core/frames.js';
import { Gestures } from '../../../src/dwell/app/web/core/gestures.js';
import { Latest } from '../../../src/dwell/app/web/core/latest.js';
import { WheelSteps } from '../../../src/dwell/app/web/core/slices.js';
import { dragged, frameWord, mlText, nextPreset, paintGreys, pixelOf, planeOf, scaleBar, valueText, volumeNotes, voxelOf, windowText } from '../../../src/dwell/app/web/core/volume.js';
import { VolumeView } from '../../../src/dwell/app/web/core/volumeview.js';
import { turns } from './snapshots.js';

/** 10 × 8 × 3 voxels of 1 × 1 × 2.4 mm whose k grows to the feet: the axial slices run against it. */
const AXIAL = { plane: 'axial', axes: [2, 1, 0], reversed: [true, false, false], n_voxels: [3, 8, 10], width: 10, height: 8, px_mm: 1, slice_mm: 2.4, left: 'R', right: 'L', top: 'A', bottom: 'P' };
/** Three voxels are 7.2 mm: spread over 7 px. */
const CORONAL = { plane: 'coronal', axes: [1, 2, 0], reversed: [true, false, false], n_voxels: [8, 3, 10], width: 10, height: 7, px_mm: 1, slice_mm: 1, left: 'R', right: 'L', top: 'S', bottom: 'I' };
const PRESETS = [{ name: 'lung', level: -600, width: 1500 }, { name: 'bone', level: 400, width: 1800 }, { name: 'auto', level: 3, width: 9 }];
const info = (parts = {}) => ({
  plane: 'axial', planes: [AXIAL, CORONAL], size: [10, 8, 3], spacing_mm: [1, 1, 2.4], modality: 'CT', oblique_deg: 0, whole: true, dicom: false,
  window: PRESETS[0], presets: PRESETS, unit: 'HU', ...parts,
});

test('a pixel is a voxel, also where slices run against it', () => {
  assert.deepEqual(voxelOf(AXIAL, 0, 2, 9), [9, 2, 2]);
  assert.deepEqual(pixelOf(AXIAL, [9, 2, 2]), [0, 2, 9]);
  assert.deepEqual(voxelOf(AXIAL, 0, 99, -5), [0, 7, 2]); // the nearest one that there is
});

test('where pixels are finer than voxels, voxel to pixel to voxel gives back the voxel', () => {
  assert.deepEqual([0, 1, 2].map((k) => pixelOf(CORONAL, [0, 0, k])[1]), [1, 3, 5]); // centres at 1.17, 3.5 and 5.83 of 7
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map((row) => voxelOf(CORONAL, 7, row, 0)[2]), [0, 0, 1, 1, 1, 2, 2]);
  for (let k = 0; k < 3; k++) assert.deepEqual(voxelOf(CORONAL, ...pixelOf(CORONAL, [4, 5, k])), [4, 5, k]);
});

test('a plane that is not shown is asked for in vain', () => {
  assert.equal(planeOf(info()).plane, 'axial');
  assert.throws(() => planeOf(info(), 'sagittal'), /not shown in the sagittal plane/);
});

test('a scale bar is the longest round length that fits', () => {
  assert.deepEqual(scaleBar(0.5, 240), { mm: 50, px: 100 });
  assert.deepEqual(scaleBar(0.5, 99), { mm: 10, px: 20 });
  assert.deepEqual(scaleBar(0.02, 100), { mm: 1, px: 50 });
  assert.deepEqual(scaleBar(5, 100), { mm: 50, px: 10 });
});

test('dragging to the right widens a window, down makes the picture darker', () => {
  assert.deepEqual(dragged({ level: 40, width: 400 }, 300, 0, true), { level: 40, width: 800 });
  assert.deepEqual(dragged({ level: 40, width: 400 }, -300, 0, true), { level: 40, width: 200 });
  assert.deepEqual(dragged({ level: 40, width: 400 }, 0, 75, true), { level: 140, width: 400 });
  assert.deepEqual(dragged({ level: 40, width: 4 }, -9000, 0, true), { level: 40, width: 1 }); // never none
  assert.deepEqual(dragged({ level: 0.5, width: 1 }, 30, 3, false), { level: 0.51, width: 1.1 });
});

test('windows, values and volumes in words', () => {
  assert.equal(windowText({ level: -600, width: 1500 }), '-600/1500');
  assert.equal(windowText({ level: 1 / 3, width: 2e-7 }), '0.333333/2e-7');
  assert.equal(valueText(-34, info()), '−34 HU');
  assert.equal(valueText(0.123456, info({ whole: false, unit: '' })), '0.1235');
  assert.equal(valueText(null, info()), 'no value');
  assert.deepEqual([0, 0.5, 12.345, 461.4].map(mlText), ['0', '0.50', '12.3', '461']);
  assert.deepEqual([frameWord({ volume: info() }), frameWord({ volume: null })], ['slice', 'frame']);
});

test('greys are those of the server, value by value', () => {
  const rgba = (/** @type {any} */ window, /** @type {boolean} */ whole, /** @type {number[]} */ values) => {
    const out = new Uint8ClampedArray(4 * values.length);
    paintGreys(new Float32Array(values), window, whole, out);
    return values.map((_, at) => out[4 * at]);
  };
  // dwell.volumes.to_grey of the same
  assert.deepEqual(rgba({ level: 40, width: 400 }, true, [-1000, -160, -159, 39, 40, 41, 239, 240, NaN]), [0, 0, 1, 127, 128, 128, 255, 255, 0]);
  assert.deepEqual(rgba({ level: 0.5, width: 1 }, false, [-1, 0, 0.25, 0.5, 1, 2]), [0, 0, 64, 128, 255, 255]);
  assert.deepEqual(rgba({ level: 3, width: 1 }, true, [2, 3]), [0, 255]);
});

test('presets follow each other in a ring; from a window of one’s own one goes to an end', () => {
  assert.equal(nextPreset(info(), 1)?.name, 'bone');
  assert.equal(nextPreset(info(), -1)?.name, 'auto');
  const own = info({ window: { name: '40/400', level: 40, width: 400 } });
  assert.deepEqual([nextPreset(own, 1)?.name, nextPreset(own, -1)?.name], ['lung', 'auto']);
});

// ------------------------------------------------------------ the view

function view({ fails = false } = {}) {
  const asked = [];
  const recording = { volume: info() };
  const api = {
    get: async (path) => { asked.push(path); return { value: -7 }; },
    put: async (path, body) => {
      asked.push(`${path} ${body.window}`);
      if (fails) throw new Error('refused');
      const [level, width] = body.window.split('/').map(Number);
      recording.volume = info({ window: { name: body.window, level, width } });
      return { rev: 1 };
    },
  };
  const player = { frameIdx: 1, seek: (frame) => { player.frameIdx = frame; } };
  const errors = [];
  const volume = new VolumeView({ api, client: 'me', player, store: { recording, reached: async () => {} }, say: { error: (error) => errors.push(error.message) } });
  return { volume, asked, player, errors };
}

test('planes cross in the middle at first, then where somebody clicks, on the slice that is shown', () => {
  const { volume, player } = view();
  assert.deepEqual(volume.point, [5, 4, 1]);
  volume.cross(2.9, 7.1);
  assert.deepEqual(volume.point, [2, 7, 1]);
  player.frameIdx = 0;
  assert.deepEqual(volume.point, [2, 7, 2]);
  volume.cross(99, 0); // beside the picture
  assert.deepEqual(volume.point, [2, 7, 2]);
});

test('a click in another plane goes to that slice and that point', () => {
  const { volume, player } = view();
  volume.cross(2, 7);
  volume.jump('coronal', 8.2, 6.5); // column 8, the last rows: k = 2, which is slice 0
  assert.equal(player.frameIdx, 0);
  assert.deepEqual(volume.point, [8, 7, 2]);
});

test('the value under the pointer is asked for, of the newest place only', async () => {
  const { volume, asked } = view();
  volume.hover(1, 1);
  volume.hover(2, 1);
  volume.hover(3, 1);
  assert.equal(volume.under?.value, undefined);
  await turns();
  assert.deepEqual(asked, ['value?i=1&j=1&k=1', 'value?i=3&j=1&k=1']);
  assert.deepEqual(volume.under, { ijk: [3, 1, 1], value: -7 });
  volume.hover(-1, 1);
  assert.equal(volume.under, null);
});

test('a dragged window is tried, and set once when it is let go', async () => {
  const { volume, asked } = view();
  volume.drag(300, 0);
  volume.drag(300, 30); // both from where it began
  assert.deepEqual(volume.trying, { level: -450, width: 3000 });
  assert.deepEqual(asked, []);
  volume.take();
  assert.deepEqual(volume.trying, { level: -450, width: 3000 }); // seen until it is set
  await turns();
  assert.deepEqual(asked, ['window -450/3000']);
  assert.deepEqual([volume.trying, volume.window.width], [null, 3000]);
});

test('a dropped drag, or a window that is refused, leaves the window as it was', async () => {
  const { volume, errors } = view({ fails: true });
  volume.drag(10, 10);
  volume.cancel();
  assert.deepEqual([volume.trying, volume.window], [null, PRESETS[0]]);
  volume.drag(10, 10);
  volume.take();
  await turns();
  assert.deepEqual([volume.trying, volume.window, errors], [null, PRESETS[0], ['refused']]);
});

// ------------------------------------------------------------ what it stands on

test('of what is wished for meanwhile only the newest is done, whatever failed', async () => {
  const done = [];
  const latest = new Latest(async (wish) => { done.push(wish); await turns(1); if (wish === 1) throw new Error('no'); });
  for (const wish of [1, 2, 3]) latest.want(wish);
  await turns(9);
  latest.want(4);
  latest.want(5);
  latest.drop();
  await turns(9);
  assert.deepEqual(done, [1, 3, 4]);
});

test('a notch of the wheel is a picture, and so is as much of a touch pad', () => {
  const wheel = new WheelSteps();
  assert.equal(wheel.turn({ deltaY: 120 }), 1);
  assert.equal(wheel.turn({ deltaY: -3, deltaMode: 1 }), -1);
  assert.deepEqual([20, 20, 20].map((deltaY) => wheel.turn({ deltaY })), [0, 0, 1]);
});

test('dragging with the right button levels where it may; a right click still excludes', () => {
  const told = [];
  const acts = [];
  const handlers = { tool: () => 'click', act: (act) => acts.push(act), draft: () => {}, pan: () => {}, zoom: () => {} };
  const right = (x, y) => ({ id: 1, x, y, button: 2 });
  const drag = (gestures) => { gestures.down(right(10, 10)); gestures.move(right(12, 10)); gestures.move(right(40, 4)); gestures.up(right(41, 4)); };
  drag(new Gestures({ ...handlers, level: (...all) => told.push(all) }));
  assert.deepEqual([told, acts], [[[30, -6, 'going'], [31, -6, 'done']], []]);
  const still = new Gestures({ ...handlers, level: () => assert.fail('it did not move') });
  still.down(right(5, 6));
  still.up(right(6, 6));
  assert.deepEqual(acts, [{ kind: 'point', x: 5, y: 6, positive: false }]);
  drag(new Gestures(handlers));
  assert.equal(acts[1].kind, 'box'); // as ever, where there is no window
});

test('Escape drops a window that is being dragged', () => {
  const told = [];
  const gestures = new Gestures({ tool: () => 'click', act: () => assert.fail('dropped'), draft: () => {}, pan: () => {}, zoom: () => {}, level: (...all) => told.push(all[2]) });
  gestures.down({ id: 1, x: 0, y: 0, button: 2 });
  gestures.move({ id: 1, x: 50, y: 0, button: 2 });
  gestures.cancel();
  gestures.up({ id: 1, x: 50, y: 0, button: 2 });
  assert.deepEqual(told, ['going', 'dropped']);
});

test('other pictures: all are fetched again, and the old one stays on screen until then', async () => {
  let window = 'bone';
  const closed = [];
  const shown = [];
  const held = [];
  const load = ({ frameIdx }) => {
    const picture = { width: 1, height: 1, name: `${frameIdx} ${window}`, close: () => closed.push(`${picture.name}`) };
    return new Promise((done) => held.push(() => done(picture)));
  };
  const frames = new Frames({ nFrames: 9, load, show: ({ picture }) => shown.push(picture.name), later: () => 0, cancel: () => {} });
  const arrive = async () => { held.shift()(); await turns(); };
  frames.want({ frameIdx: 3, level: 0, mode: 'exact' });
  await arrive();
  frames.want({ frameIdx: 4, level: 0, mode: 'exact' }); // on its way when the window changes
  window = 'lung';
  frames.renew();
  assert.deepEqual(closed, []);
  await arrive(); // of the old window: too late
  assert.deepEqual([shown, closed], [['3 bone'], ['4 bone']]);
  await arrive();
  assert.deepEqual([shown, closed], [['3 bone', '4 lung'], ['4 bone', '3 bone']]);
  assert.equal(frames.has(3, 0), false);
});

test('what makes a volume too small is said beside the table', () => {
  const row = { lost: 0, unknown: 0, without_voxel: 0, shared: 0 };
  assert.deepEqual(volumeNotes([row]), []);
  const [lost] = volumeNotes([row, { ...row, lost: 1 }]);
  assert.match(lost, /^At least \(≥\): the AOI is lost/);
  const [thin, ...more] = volumeNotes([row, { ...row, without_voxel: 10 }]);
  assert.match(thin, /^At least \(≥\): on some slices the mask is so thin/);
  assert.deepEqual(more, []);
});

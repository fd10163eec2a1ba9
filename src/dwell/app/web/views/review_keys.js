// The keys of the review queue, while it is open.

/** @typedef {import('./review_desk.js').ReviewDesk} ReviewDesk */

const GROUP = 'Review';

/**
 * S is taken even where nothing is left to skip: elsewhere it swaps identities, and who presses it once too often
 * means to skip.
 * @param {ReviewDesk} desk
 * @param {() => boolean} open whether the queue is open
 * @returns {Array<() => void>} off, one for each key
 */
export function bindReviewKeys(desk, open) {
  const some = () => open() && desk.queue.open.length > 0; // otherwise these keys do what they do elsewhere
  const key = (
    /** @type {string} */ id,
    /** @type {string} */ label,
    /** @type {string[]} */ keys,
    /** @type {() => unknown} */ run,
    when = open,
  ) => desk.ctx.keys.bind({ id: `review.${id}`, label, group: GROUP, keys, when, run: () => void run() });
  return [
    key('next', 'Next moment', ['Enter'], () => desk.next()),
    key('next.n', 'Next moment', ['n'], () => desk.next(), some),
    key('back', 'Previous moment', ['Backspace'], () => desk.back()),
    key('approve', 'Approve the moment', ['a'], () => desk.approve(), some),
    key('correct', 'Correct here', ['c'], () => desk.correct(), some),
    key('absent', 'Mark absent here', ['x'], () => desk.absent(), some),
    key('skip', 'Skip the moment', ['s'], () => desk.skip()),
    key('loop', 'Play the moment over and over', ['l'], () => desk.toggleLoop(), some),
  ];
}

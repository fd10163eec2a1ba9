// Times in words and digits.

const S_PER_MIN = 60;
const S_PER_H = 3600;

/**
 * Seconds left, roughly as people would say it.
 * @param {number|null|undefined} seconds
 * @returns {string} '' when it is not known
 */
export function timeLeft(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
  if (seconds < 1.5) return 'almost done';
  return `about ${roughly(seconds)} left`;
}

/**
 * @param {number} seconds
 * @returns {string} such as `8 s`, `4 min`, `1 h 20 min`
 */
export function roughly(seconds) {
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < S_PER_MIN - 2.5) return `${Math.round(seconds / 5) * 5} s`;
  const minutes = Math.round(seconds / S_PER_MIN);
  if (minutes < S_PER_MIN) return `${minutes} min`;
  const rest = minutes % S_PER_MIN;
  return rest ? `${Math.floor(minutes / S_PER_MIN)} h ${rest} min` : `${minutes / S_PER_MIN} h`;
}

/**
 * A place in the video.
 * @param {number} seconds
 * @param {number} [digits] of the fraction
 * @returns {string} such as `1:02.5` or `1:00:02`
 */
export function clock(seconds, digits = 0) {
  const scale = 10 ** digits;
  const all = Math.round(Math.max(0, seconds) * scale) / scale;
  const h = Math.floor(all / S_PER_H);
  const m = Math.floor((all % S_PER_H) / S_PER_MIN);
  const s = (all % S_PER_MIN).toFixed(digits).padStart(digits ? digits + 3 : 2, '0');
  return h ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/**
 * @param {string|null|undefined} ns int64 ns UTC as digits
 * @param {Date} [now]
 * @returns {string} such as `today 14:05`, `3 Feb`, `3 Feb 2024`
 */
export function dayOf(ns, now = new Date()) {
  if (!ns) return '';
  const when = new Date(Number(BigInt(ns) / 1_000_000n));
  const sameDay = when.toDateString() === now.toDateString();
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  if (sameDay) return `today ${two(when.getHours())}:${two(when.getMinutes())}`;
  const month = when.toLocaleString('en-GB', { month: 'short' });
  const year = when.getFullYear() === now.getFullYear() ? '' : ` ${when.getFullYear()}`;
  return `${when.getDate()} ${month}${year}`;
}

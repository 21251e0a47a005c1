/** What is said on the way: one form for all of it, and no silence longer than a few seconds. */
import { clearInterval, setInterval } from 'node:timers';

const BEAT_MS = 5_000;

/** @param {string} text */
export const say = (text) => console.log(`[branchline] ${text}`);

/** Ends the command with a sentence that says what to do. @returns {never} */
export function fail(text) {
  console.error(`[branchline] ${text}`);
  process.exit(1);
}

/**
 * Says what begins, how far it is every few seconds, and how long it took.
 * @template T
 * @param {string} title what is being done
 * @param {() => Promise<T>} work
 * @param {() => string} howFar one short phrase, asked for at each beat; may be empty
 * @param {number} beatMs milliseconds between two words
 * @returns {Promise<T>}
 */
export async function during(title, work, howFar = () => '', beatMs = BEAT_MS) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  say(`${title} ...`);
  const beat = setInterval(() => {
    const phrase = howFar();
    say(`  ${title}: ${phrase === '' ? '' : `${phrase}, `}${seconds()}`);
  }, beatMs);
  try {
    const result = await work();
    say(`${title}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(beat);
  }
}

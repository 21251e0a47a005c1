/** Preloaded into a service by a test: its wall clock is off by what a file says, in ms. The monotonic clock is left alone. */
import { readFileSync } from 'node:fs';

const LOOK_MS = 20;
const file = process.env.SHIFTED_CLOCK;
const RealDate = Date;
const realNow = Date.now.bind(Date);
let lookedAt = -Infinity;
let shift = 0;

function shiftMs(): number {
  const now = performance.now();
  if (file === undefined || now - lookedAt < LOOK_MS) return shift;
  lookedAt = now;
  try {
    shift = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    shift = 0;
  }
  return shift;
}

const now = (): number => realNow() + shiftMs();

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});

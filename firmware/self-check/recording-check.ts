/** A recording of two calls of the box's own that are joined: made as that of any talk, taken into the vault, found there, and heard on both sides. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@branchline/runtime/clock';
import { hasCode } from '@branchline/runtime/atomic-file';
import type { Engine, Media } from '../engine/port.ts';
import type { OwnCall, OwnCalls } from './own-calls.ts';
import { failed, passed, type Verdict } from './verdict.ts';

export interface RecordingCheckDeps {
  readonly clock: Clock;
  readonly calls: Pick<OwnCalls, 'during' | 'engine'>;
  /** Where the engine writes raw files. */
  readonly rawDir: string;
  readonly vault: {
    take(
      recording: string,
      raw: string,
      startedAt: number,
    ): Promise<{ readonly durationMs: number; readonly sha256: string }>;
    find(recording: string): { readonly path: string } | undefined;
  };
  /** The sound that each side says; longer than what is recorded. */
  readonly tone: () => Promise<Media>;
  /** Whether it is that sound, in 16-bit samples at 8 kHz. */
  readonly isTone: (sound: Int16Array) => boolean;
}

const NUMBER = '0';
const RECORDED_MS = 2_500;
/** The engine writes what it has in its buffer, and closes the file. */
const SETTLE_MS = 400;
const LONGEST_SETTLE_MS = 5_000;
const HEADER_BYTES = 44;

export async function checkRecording(signal: AbortSignal, deps: RecordingCheckDeps): Promise<Verdict> {
  const { calls } = deps;
  return calls.during(NUMBER, signal, (one) =>
    calls.during(NUMBER, signal, async (other) => {
      const recording = `${one.caller}-recording`;
      // Named as the channel that is recorded: as long as that lives nobody takes the file for one that was left behind.
      const file = `${one.caller}.raw`;
      const raw = join(deps.rawDir, file);
      try {
        await record(deps, one, other, file, signal);
        if ((await settled(raw, deps.clock, signal)) === 0) return failed('not-recorded');
        return await kept(deps, recording, raw);
      } finally {
        await rm(raw, { force: true });
      }
    }),
  );
}

async function record(
  { calls: { engine }, clock, tone }: RecordingCheckDeps,
  one: OwnCall,
  other: OwnCall,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const bridge = `${one.caller}-bridge`;
  const media = await tone();
  try {
    await engine.createBridge(bridge);
    await engine.addToBridge(bridge, [one.caller, other.caller]);
    await engine.record({ channel: one.caller, file, again: false });
    await Promise.all([say(engine, one, media), say(engine, other, media)]);
    await passes(clock, RECORDED_MS, signal);
    await engine.stopRecording(one.caller);
  } finally {
    engine.destroyBridge(bridge).catch(() => undefined);
  }
}

const say = (engine: Engine, { inside }: OwnCall, media: Media): Promise<void> =>
  engine.play(inside, `${inside}-says`, [media]);

async function kept(
  { vault, clock, isTone }: RecordingCheckDeps,
  recording: string,
  raw: string,
): Promise<Verdict> {
  const { sha256, durationMs } = await vault.take(recording, raw, clock.now());
  const found = vault.find(recording);
  if (!found) return failed('not-found');
  try {
    const bytes = await readFile(found.path);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) return failed('not-whole');
    const sides = [0, 1].map((side) => isTone(sideOf(bytes, side)));
    if (sides.every((heard) => !heard)) return failed('silent', `${durationMs} ms`);
    if (sides.some((heard) => !heard)) return failed('one-side', `${durationMs} ms`);
    return passed(`${durationMs} ms`);
  } finally {
    await rm(found.path, { force: true });
  }
}

/** Of a WAV file with two channels. */
function sideOf(wav: Buffer, side: number): Int16Array {
  const frames = Math.floor((wav.length - HEADER_BYTES) / 4);
  return Int16Array.from({ length: frames }, (_, at) => wav.readInt16LE(HEADER_BYTES + at * 4 + side * 2));
}

/** Its size once it no longer changes. */
async function settled(raw: string, clock: Clock, signal: AbortSignal): Promise<number> {
  const until = clock.monotonic() + LONGEST_SETTLE_MS;
  let before = -1;
  for (;;) {
    const size = await stat(raw).then(
      (found) => found.size,
      (error: unknown) => {
        if (hasCode(error, 'ENOENT')) return 0;
        throw error;
      },
    );
    if (size === before || clock.monotonic() > until) return size;
    before = size;
    await passes(clock, SETTLE_MS, signal);
  }
}

function passes(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
    const end = (): void => {
      timer.cancel();
      reject(new Error('given up'));
    };
    signal.addEventListener('abort', end, { once: true });
  });
}

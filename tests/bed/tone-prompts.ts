/** Prompts that a test can tell apart by ear: a tone of its own, or silence, instead of words. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silence, tone } from '@branchline/lab/rtp/sources';

const FRAME_MS = 20;
const TONE_MS = 1_500;
const SILENT_FRAMES = 5;

/** A folder of A-law without a header, as prompts are; who asks for it removes it. */
export function tonePrompts(
  tones: Readonly<Record<string, number>>,
  silent: readonly string[] = [],
  toneMs = TONE_MS,
): string {
  const dir = mkdtempSync(join(tmpdir(), 'branchline-prompts-'));
  // The engine reads as a user of its own.
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'en'));
  const put = (name: string, source: ReturnType<typeof tone>, frames: number): void => {
    const sound = Array.from({ length: frames }, (_, index) => source.frame('alaw', index) ?? []);
    writeFileSync(join(dir, 'en', `${name}.alaw`), Buffer.from(sound.flatMap((frame) => [...frame])));
  };
  for (const [name, hz] of Object.entries(tones)) put(name, tone(hz), toneMs / FRAME_MS);
  for (const name of silent) put(name, silence(), SILENT_FRAMES);
  return dir;
}

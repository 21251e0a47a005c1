/** Why a call has no recording, in the reader's words; what a later box says is shown as it says it. */
import type { Key } from '../../words/words.ts';

const REASONS: Readonly<Record<string, Key>> = {
  policy: 'recording.because.policy',
  'emergency call': 'recording.because.emergency',
  'not answered': 'recording.because.notAnswered',
  'recording did not start': 'recording.because.notStarted',
  'disk has no room to spare': 'recording.because.noRoom',
  'disk is read-only': 'recording.because.readOnly',
};

export function unrecorded(because: string, t: (key: Key) => string): string {
  const key = Object.hasOwn(REASONS, because) ? REASONS[because] : undefined;
  return key === undefined ? because : t(key);
}

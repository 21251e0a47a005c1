/** Callbacks on disk: one piece each, written with the step that changed it. */
import type { Callback, CallbackState } from '../acd/callback.ts';
import type { CallbackChanges } from './step.ts';

/** Every piece has a name that begins so. */
export const CALLBACK_PIECES = 'callback/';

export const callbackPieces = (changed: CallbackChanges = {}): Record<string, Callback | null> =>
  Object.fromEntries(Object.entries(changed).map(([id, each]) => [`${CALLBACK_PIECES}${id}`, each]));

export const storedCallbacks = (pieces: Readonly<Record<string, unknown>>): CallbackState =>
  Object.fromEntries(
    Object.entries(pieces).map(([name, each]) => [name.slice(CALLBACK_PIECES.length), each as Callback]),
  );

/** What every page of a door may use. */
import type { session } from '@branchline/contracts/http/common';
import { createContext, use, useSyncExternalStore } from 'react';
import type { z } from 'zod';
import type { Ask } from '../../live/ask.ts';
import type { LiveStore } from '../../live/live-store.ts';
import type { Speaker } from '../../words/speak.ts';
import type { Language } from '../../words/words.ts';
import type { PageClock } from './clock.ts';
import type { Theme } from './theme.ts';

export interface Look {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
}

/** Name, role and branches. */
export type SignedIn = NonNullable<z.output<typeof session>['person']>;

export interface DoorUse {
  /** At headquarters, who has signed in. */
  readonly person: SignedIn | null;
  readonly kind: 'box' | 'hq';
  readonly ask: Ask;
  readonly signOut: () => void;
  readonly clock: PageClock;
  readonly live: LiveStore<{ readonly at: string }>;
}

export const LookContext = createContext<Look | null>(null);
export const SpeakerContext = createContext<Speaker | null>(null);
export const DoorContext = createContext<DoorUse | null>(null);

function within<T>(value: T | null): T {
  if (value === null) throw new Error('used outside of its provider');
  return value;
}

export const useLook = (): Look => within(use(LookContext));
export const useWords = (): Speaker => within(use(SpeakerContext));
export const useDoor = (): DoorUse => within(use(DoorContext));

/** The time by the service's clock in ms, renewed each second. */
export function useNow(): number {
  const { clock } = useDoor();
  return useSyncExternalStore(clock.onSecond, () => Math.floor(clock.now() / 1_000)) * 1_000;
}

/** This browser's own time in ms, renewed each second. */
export function useBrowserNow(): number {
  const { clock } = useDoor();
  return useSyncExternalStore(clock.onSecond, () => Math.floor(Date.now() / 1_000)) * 1_000;
}

/** What `pick` takes out of the live state; drawn anew only when that changes. */
export function usePicked<S extends { readonly at: string }, T>(
  store: LiveStore<S>,
  pick: (state: S | null) => T,
): T {
  return useSyncExternalStore(store.subscribe, () => pick(store.view().state));
}

/** What makes one of the two doors. */
import type { session } from '@branchline/contracts/http/common';
import type { Route } from '@branchline/contracts/http/route';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { LiveStore } from '../../live/live-store.ts';

type SessionRoute = Route<z.ZodType, z.ZodType, typeof session>;

export interface DoorParts {
  readonly kind: 'box' | 'hq';
  readonly routes: {
    readonly session: SessionRoute;
    readonly signIn: SessionRoute;
    readonly signOut: SessionRoute;
  };
  /** Begins when somebody has signed in, and ends when the session does. */
  readonly openLive: (onSignedOut: () => void) => LiveStore<{ readonly at: string }>;
  /** The pages, given the live line that `openLive` made. */
  readonly pages: (live: LiveStore<{ readonly at: string }>, name: string) => ReactNode;
}

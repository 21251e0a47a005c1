/** The front door of a box that nobody has claimed. */
import '../parts/door/no-eval.ts';
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveStore, LiveView } from '../live/live-store.ts';
import { openDoor } from '../parts/door/open-door.tsx';
import { ClaimPage } from './claim-page.tsx';

const NOTHING: LiveView<{ readonly at: string }> = { line: 'live', state: null, heardAt: 0, skewMs: 0 };

/** Such a box has no live state: its page asks now and then. */
const noLive = (): LiveStore<{ readonly at: string }> => ({
  view: () => NOTHING,
  subscribe: () => () => undefined,
  start: () => undefined,
  stop: () => undefined,
  retry: () => undefined,
});

void openDoor({
  kind: 'box',
  routes: consoleRoutes,
  openLive: noLive,
  pages: () => <ClaimPage />,
});

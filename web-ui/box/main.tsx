/** The box's front door. */
import '../parts/door/no-eval.ts';
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveState } from '@branchline/contracts/live';
import type { LiveStore } from '../live/live-store.ts';
import { openDoor } from '../parts/door/open-door.tsx';
import { openBoxLive } from './live.ts';
import { BoxPages } from './pages.tsx';

void openDoor({
  kind: 'box',
  routes: consoleRoutes,
  openLive: openBoxLive,
  pages: (live, name) => <BoxPages live={live as LiveStore<LiveState>} name={name} />,
});

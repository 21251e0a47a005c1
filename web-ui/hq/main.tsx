/** Headquarters' front door. */
import '../parts/door/no-eval.ts';
import { controllerRoutes, type FleetState } from '@branchline/contracts/http/controller';
import type { LiveStore } from '../live/live-store.ts';
import { openDoor } from '../parts/door/open-door.tsx';
import { openFleetLive } from './live.ts';
import { HqPages } from './pages.tsx';

void openDoor({
  kind: 'hq',
  routes: controllerRoutes,
  openLive: openFleetLive,
  pages: (live, name) => <HqPages live={live as LiveStore<FleetState>} name={name} />,
});

/** Which page stands at which address of headquarters. */
import type { FleetState } from '@branchline/contracts/http/controller';
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import type { LiveStore } from '../live/live-store.ts';
import { Frame, type NavEntry } from '../parts/door/frame.tsx';
import { icons } from '../parts/door/icons.tsx';
import { InZone } from '../parts/door/in-zone.tsx';
import { NoSuchPage } from '../parts/door/no-such-page.tsx';
import { FleetLiveContext } from './live.ts';
import { Fleet } from './fleet/fleet.tsx';

const BranchPage = lazy(() => import('./branch/branch.tsx'));
const Alarms = lazy(() => import('./alarms/alarms.tsx'));
const DocumentPage = lazy(() => import('./document/document.tsx'));
const Rollouts = lazy(() => import('./rollouts/rollouts.tsx'));
const RolloutPage = lazy(() => import('./rollouts/rollout.tsx'));
const NewRollout = lazy(() => import('./rollouts/new-rollout.tsx'));
const Calls = lazy(() => import('./calls/calls.tsx'));
const CallPage = lazy(() => import('./calls/call.tsx'));

const NAV: readonly NavEntry[] = [
  { to: '/', title: 'nav.fleet', icon: icons.fleet },
  { to: '/alarms', title: 'nav.alarms', icon: icons.alarms },
  { to: '/rollouts', title: 'nav.rollouts', icon: icons.rollouts },
  { to: '/calls', title: 'nav.calls', icon: icons.calls },
];

export function HqPages({ live, name }: { live: LiveStore<FleetState>; name: string }) {
  return (
    <FleetLiveContext value={live}>
      <InZone zone={undefined}>
        <Frame name={name} nav={NAV}>
          <Routes>
            <Route index element={<Fleet />} />
            <Route path="boxes/:box" element={<BranchPage />} />
            <Route path="boxes/:box/document" element={<DocumentPage />} />
            <Route path="boxes/:box/calls/:call" element={<CallPage />} />
            <Route path="alarms" element={<Alarms />} />
            <Route path="rollouts" element={<Rollouts />} />
            <Route path="rollouts/new" element={<NewRollout />} />
            <Route path="rollouts/:rollout" element={<RolloutPage />} />
            <Route path="calls" element={<Calls />} />
            <Route path="*" element={<NoSuchPage />} />
          </Routes>
        </Frame>
      </InZone>
    </FleetLiveContext>
  );
}

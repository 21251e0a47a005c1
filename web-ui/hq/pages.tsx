/** Which page stands at which address of headquarters. */
import type { FleetState } from '@branchline/contracts/http/controller';
import type { Role } from '@branchline/contracts/http/people';
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import type { LiveStore } from '../live/live-store.ts';
import { useDoor } from '../parts/door/context.ts';
import { Frame, type NavEntry } from '../parts/door/frame.tsx';
import { icons } from '../parts/door/icons.tsx';
import { InZone } from '../parts/door/in-zone.tsx';
import { NoSuchPage } from '../parts/door/no-such-page.tsx';
import { FleetLiveContext } from './live.ts';
import { Fleet } from './fleet/fleet.tsx';

const BranchPage = lazy(() => import('./branch/branch.tsx'));
const Alarms = lazy(() => import('./alarms/alarms.tsx'));
const DocumentPage = lazy(() => import('./document/document.tsx'));
const Audit = lazy(() => import('./audit/audit.tsx'));
const EnrolmentPage = lazy(() => import('./enrolment/enrolment.tsx'));
const PeoplePage = lazy(() => import('./people/people.tsx'));
const Rollouts = lazy(() => import('./rollouts/rollouts.tsx'));
const RolloutPage = lazy(() => import('./rollouts/rollout.tsx'));
const NewRollout = lazy(() => import('./rollouts/new-rollout.tsx'));
const Templates = lazy(() => import('./templates/templates.tsx'));
const TemplatePage = lazy(() => import('./templates/template.tsx'));
const Continuity = lazy(() => import('./continuity/continuity.tsx'));
const DrillPage = lazy(() => import('./continuity/drill.tsx'));
const Calls = lazy(() => import('./calls/calls.tsx'));
const CallPage = lazy(() => import('./calls/call.tsx'));

const NAV: readonly NavEntry[] = [
  { to: '/', title: 'nav.fleet', icon: icons.fleet },
  { to: '/alarms', title: 'nav.alarms', icon: icons.alarms },
  { to: '/continuity', title: 'nav.continuity', icon: icons.continuity },
  { to: '/rollouts', title: 'nav.rollouts', icon: icons.rollouts },
  { to: '/templates', title: 'nav.templates', icon: icons.templates },
  { to: '/calls', title: 'nav.calls', icon: icons.calls },
  { to: '/audit', title: 'nav.audit', icon: icons.audit },
  { to: '/enrolment', title: 'nav.enrolment', icon: icons.setup },
  { to: '/people', title: 'nav.people', icon: icons.people },
];

/** What a role may not ask for is not offered; headquarters decides, whatever is shown. */
const HIDDEN: Readonly<Record<Role, readonly string[]>> = {
  owner: [],
  operator: ['/people'],
  auditor: ['/people'],
  technician: ['/people', '/enrolment', '/rollouts', '/templates', '/calls', '/audit'],
};

export function HqPages({ live, name }: { live: LiveStore<FleetState>; name: string }) {
  const { person } = useDoor();
  const hidden = HIDDEN[person?.role ?? 'owner'];
  return (
    <FleetLiveContext value={live}>
      <InZone zone={undefined}>
        <Frame name={name} nav={NAV.filter(({ to }) => !hidden.includes(to))}>
          <Routes>
            <Route index element={<Fleet />} />
            <Route path="boxes/:box" element={<BranchPage />} />
            <Route path="boxes/:box/document" element={<DocumentPage />} />
            <Route path="boxes/:box/calls/:call" element={<CallPage />} />
            <Route path="alarms" element={<Alarms />} />
            <Route path="audit" element={<Audit />} />
            <Route path="enrolment" element={<EnrolmentPage />} />
            <Route path="people" element={<PeoplePage />} />
            <Route path="rollouts" element={<Rollouts />} />
            <Route path="rollouts/new" element={<NewRollout />} />
            <Route path="rollouts/:rollout" element={<RolloutPage />} />
            <Route path="templates" element={<Templates />} />
            <Route path="templates/:template" element={<TemplatePage />} />
            <Route path="continuity" element={<Continuity />} />
            <Route path="drills/:drill" element={<DrillPage />} />
            <Route path="calls" element={<Calls />} />
            <Route path="*" element={<NoSuchPage />} />
          </Routes>
        </Frame>
      </InZone>
    </FleetLiveContext>
  );
}

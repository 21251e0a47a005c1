/** Which page stands at which address of the box. */
import type { LiveState } from '@branchline/contracts/live';
import { lazy, useMemo } from 'react';
import { Route, Routes, useSearchParams } from 'react-router';
import type { LiveStore } from '../live/live-store.ts';
import { useWords } from '../parts/door/context.ts';
import { Frame, type NavEntry } from '../parts/door/frame.tsx';
import { icons } from '../parts/door/icons.tsx';
import { InZone } from '../parts/door/in-zone.tsx';
import { NoSuchPage } from '../parts/door/no-such-page.tsx';
import { PeopleContext } from '../parts/people-context.ts';
import { nobody, peopleOf } from '../parts/people.ts';
import { BoxLiveContext, useBox } from './live.ts';
import { Today } from './today/today.tsx';
import { VisitBanner } from './visit-banner.tsx';

const Lines = lazy(() => import('./lines/lines.tsx'));
const Queues = lazy(() => import('./queues/queues.tsx'));
const Wall = lazy(() => import('./queues/wall.tsx'));
const Calls = lazy(() => import('./calls/calls.tsx'));
const CallPage = lazy(() => import('./calls/call.tsx'));
const Voicemail = lazy(() => import('./voicemail/voicemail.tsx'));
const Alarms = lazy(() => import('./alarms/alarms.tsx'));
const Setup = lazy(() => import('./setup/setup.tsx'));

const NAV: readonly NavEntry[] = [
  { to: '/', title: 'nav.today', icon: icons.today },
  { to: '/lines', title: 'nav.lines', icon: icons.lines },
  { to: '/queues', title: 'nav.queues', icon: icons.queues },
  { to: '/calls', title: 'nav.calls', icon: icons.calls },
  { to: '/alarms', title: 'nav.alarms', icon: icons.alarms },
  { to: '/setup', title: 'nav.setup', icon: icons.setup },
];
const BEFORE_ALARMS = NAV.length - 2;

/** Voicemail has a place where the branch has boxes. */
function navOf(boxes: LiveState['voicemail'] | undefined): readonly NavEntry[] {
  const counts = Object.values(boxes ?? {});
  if (counts.length === 0) return NAV;
  const news = counts.reduce((sum, { fresh }) => sum + fresh, 0);
  return NAV.toSpliced(BEFORE_ALARMS, 0, {
    to: '/voicemail',
    title: 'nav.voicemail',
    icon: icons.voicemail,
    news,
  });
}

export function BoxPages({ live, name }: { live: LiveStore<LiveState>; name: string }) {
  return (
    <BoxLiveContext value={live}>
      <Branch name={name} />
    </BoxLiveContext>
  );
}

/** Times and names are those of the branch. */
function Branch({ name }: { name: string }) {
  const { text } = useWords();
  const site = useBox((state) => state?.site);
  const agents = useBox((state) => state?.agents);
  const phones = useBox((state) => state?.phones);
  const boxes = useBox((state) => state?.voicemail);
  const people = useMemo(() => (agents && phones ? peopleOf({ agents, phones }) : nobody), [agents, phones]);
  const [search] = useSearchParams();
  const pages = (
    <Routes>
      <Route index element={<Today />} />
      <Route path="lines" element={<Lines />} />
      <Route path="queues" element={search.has('wall') ? <Wall /> : <Queues />} />
      <Route path="calls" element={<Calls />} />
      <Route path="calls/:call" element={<CallPage />} />
      <Route path="voicemail" element={<Voicemail />} />
      <Route path="alarms" element={<Alarms />} />
      <Route path="setup" element={<Setup />} />
      <Route path="*" element={<NoSuchPage />} />
    </Routes>
  );
  return (
    <InZone zone={site?.timezone}>
      <PeopleContext value={people}>
        {search.has('wall') ? (
          pages
        ) : (
          <Frame name={site ? text(site.name) : name} nav={navOf(boxes)}>
            <VisitBanner />
            {pages}
          </Frame>
        )}
      </PeopleContext>
    </InZone>
  );
}

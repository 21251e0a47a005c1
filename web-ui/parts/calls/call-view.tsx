/** One call: in a sentence, in figures, drawn over time, and event by event. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useNow, useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { MarkShape } from '../show/mark.tsx';
import { Panel } from '../show/panel.tsx';
import { stopwatch } from '../time.ts';
import { course } from './course.ts';
import { CourseChart } from './course-chart.tsx';
import { OutcomeMark } from './marks.tsx';
import { Story } from './story.tsx';
import { unrecorded } from './unrecorded.ts';
import './call-view.css';

/** The drawing of sound is heavy; only a call with a recording needs it. */
const Player = lazy(() => import('./player.tsx'));

interface CallViewProps {
  readonly call: CallSummary;
  readonly events: readonly LedgerEvent[];
  /** Where the list is. */
  readonly back: { readonly to: string; readonly title: string };
  /** Address of the recording's sound; null where it is not kept at this door. */
  readonly audio: string | null;
  /** What is known of it beside its story while it goes on. */
  readonly beside?: ReactNode;
}

export function CallView({ call, events, back, audio, beside }: CallViewProps) {
  const words = useWords();
  const names = useNames();
  const now = useNow();
  const { t } = words;
  const drawn = course(events, now);
  const playable =
    audio !== null && call.recording !== null && call.endedAt !== null && call.recordingComes !== true;
  const player = playable && (
    <Suspense fallback={<p className="empty">{t('page.loading')}</p>}>
      <Player url={audio} />
    </Suspense>
  );
  return (
    <div className="page">
      <p>
        <Link to={back.to}>← {back.title}</Link>
      </p>
      <div className="page-head">
        <h1 data-testid="call-head">
          {t(`call.head.${call.direction}`, {
            from: names.party(call.from),
            dialled: names.number(call.dialled),
          })}
        </h1>
        <time dateTime={call.startedAt}>{words.at(call.startedAt)}</time>
      </div>
      {beside}
      <Notes call={call} />
      <Facts call={call} totalMs={drawn ? drawn.to - drawn.from : null} />
      {drawn && (
        <Panel title={t('call.course')}>
          <CourseChart course={drawn} call={call} />
        </Panel>
      )}
      <Panel title={t('recording.title')} testId="recording">
        {player || <p className="empty">{noPlayer(call, audio, words.t)}</p>}
      </Panel>
      <Panel title={t('call.story')}>
        <Story events={events} />
      </Panel>
    </div>
  );
}

function noPlayer(call: CallSummary, audio: string | null, t: ReturnType<typeof useWords>['t']): string {
  if (call.recordingComes) return t('recording.comes');
  if (call.recording !== null) return t(audio === null ? 'recording.atBranch' : 'recording.live');
  if (call.notRecordedBecause !== null)
    return t('recording.none', { because: unrecorded(call.notRecordedBecause, t) });
  return t(call.endedAt === null ? 'recording.live' : 'recording.noneNoReason');
}

function Notes({ call }: { call: CallSummary }) {
  const { t } = useWords();
  if (!call.recovered) return null;
  return (
    <p className="call-note">
      <MarkShape shape="warn" /> {t(call.outcome === 'survived' ? 'call.survived' : 'call.recovered')}
    </p>
  );
}

function Facts({ call, totalMs }: { call: CallSummary; totalMs: number | null }) {
  const { t } = useWords();
  const names = useNames();
  return (
    <dl className="call-facts">
      <Fact title={t('call.facts.outcome')}>
        <OutcomeMark call={call} />
      </Fact>
      {call.waitMs !== null && <Fact title={t('call.facts.waited')}>{stopwatch(call.waitMs)}</Fact>}
      {call.answeredAt !== null && call.endedAt !== null && (
        <Fact title={t('call.facts.talked')}>{stopwatch(call.talkMs)}</Fact>
      )}
      {totalMs !== null && <Fact title={t('call.facts.total')}>{stopwatch(totalMs)}</Fact>}
      {call.answeredBy.length > 0 && (
        <Fact title={t('call.facts.answeredBy')}>{names.parties(call.answeredBy)}</Fact>
      )}
      {call.queue !== null && <Fact title={t('call.facts.queue')}>{call.queue}</Fact>}
      {call.trunk !== null && <Fact title={t('call.facts.trunk')}>{call.trunk}</Fact>}
    </dl>
  );
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

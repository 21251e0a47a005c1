/** Shapes and words for how a call stands or ended, and whether it is recorded. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { LiveAgent, LiveCall } from '@branchline/contracts/live';
import { useWords } from '../door/context.ts';
import { Mark, type Shape } from '../show/mark.tsx';

const OUTCOME_SHAPES: Record<CallSummary['outcome'], Shape> = {
  live: 'busy',
  answered: 'good',
  abandoned: 'warn',
  'not-answered': 'warn',
  busy: 'warn',
  refused: 'bad',
  failed: 'bad',
  merged: 'note',
  survived: 'note',
};

export function OutcomeMark({ call }: { call: CallSummary }) {
  const { t } = useWords();
  return (
    <>
      <Mark shape={OUTCOME_SHAPES[call.outcome]} testId="outcome">
        {t(`outcome.${call.outcome}`)}
      </Mark>
      {call.emergency && (
        <>
          {' '}
          <Mark shape="bad">{t('calls.emergency')}</Mark>
        </>
      )}
    </>
  );
}

const PHASE_SHAPES: Record<LiveCall['phase'], Shape> = {
  flow: 'rest',
  queue: 'warn',
  ringing: 'busy',
  talking: 'good',
  held: 'rest',
};

export function PhaseMark({ phase }: { phase: LiveCall['phase'] }) {
  const { t } = useWords();
  return (
    <Mark shape={PHASE_SHAPES[phase]} rings={phase === 'ringing'} testId="phase">
      {t(`phase.${phase}`)}
    </Mark>
  );
}

const AGENT_SHAPES: Record<LiveAgent['state'], Shape> = {
  'signed-out': 'unknown',
  ready: 'good',
  'not-ready': 'warn',
  ringing: 'busy',
  talking: 'busy',
  'wrap-up': 'rest',
  unreachable: 'bad',
};

export function AgentMark({ state }: { state: LiveAgent['state'] }) {
  const { t } = useWords();
  return (
    <Mark shape={AGENT_SHAPES[state]} rings={state === 'ringing'} testId="agent-state">
      {t(`agent.${state}`)}
    </Mark>
  );
}

export function RecordingMark({ state }: { state: LiveCall['recording'] }) {
  const { t } = useWords();
  if (state === 'stalled') return <Mark shape="bad">{t('recordingState.stalled')}</Mark>;
  return <span className="soft">{t(`recordingState.${state}`)}</span>;
}

/** What is told of a branch's continuity, in a few words each. */
import type { BranchContinuity, ContinuityStepShown } from '@branchline/contracts/http/continuity';
import { useWords } from '../../parts/door/context.ts';
import { readable } from '../../parts/number.ts';
import { Mark } from '../../parts/show/mark.tsx';
import type { Speaker } from '../../words/speak.ts';

export const partyWord = ({ t }: Speaker, party: 'box' | 'stand-in' | null): string =>
  t(`continuity.party.${party ?? 'nobody'}`);

export function Answers({ of: { lease, online } }: { of: Pick<BranchContinuity, 'lease' | 'online'> }) {
  const words = useWords();
  if (lease.answers === 'stand-in' && !online['stand-in'])
    return (
      <Mark shape="bad" testId="answers-now">
        {words.t('continuity.standInAway')}
      </Mark>
    );
  const shape = lease.answers === null ? 'bad' : lease.answers === 'box' ? 'good' : 'busy';
  return (
    <Mark shape={shape} testId="answers-now">
      {partyWord(words, lease.answers)}
    </Mark>
  );
}

export function StandInSays({ of }: { of: BranchContinuity }) {
  const { t } = useWords();
  const state = of.standInState ?? 'unknown';
  const wants = [
    ...(of.hasRoom ? [] : [t('continuity.noRoom')]),
    ...(of.documentCurrent ? [] : [t('continuity.oldDocument')]),
    ...(of.hasSecrets ? [] : [t('continuity.noSecrets')]),
    ...(of.standInWhy === null ? [] : [of.standInWhy]),
  ];
  const shape = state === 'failing' || state === 'absent' ? 'bad' : state === 'unknown' ? 'unknown' : 'good';
  return (
    <>
      <Mark shape={shape === 'good' && wants.length > 0 ? 'warn' : shape} testId="stand-in-state">
        {t(`continuity.standInState.${state}`)}
      </Mark>{' '}
      <span className="soft">{[of.host, ...wants].join(' · ')}</span>
    </>
  );
}

export function CarrierSays({ of: { kind, name, promiseS } }: { of: BranchContinuity['carrier'] }) {
  const { t } = useWords();
  const promise = promiseS === null ? [] : [t('continuity.within', { seconds: promiseS })];
  if (kind === 'none') return <Mark shape="warn">{t('continuity.carrier.none')}</Mark>;
  return <>{[name ?? '', t(`continuity.carrier.${kind}`), ...promise].filter(Boolean).join(' · ')}</>;
}

export function ForwardedSays({ of }: { of: BranchContinuity['forwarded'][number] }) {
  const { t } = useWords();
  const { state, number, trunk, to, afterS, setAt } = of;
  const shape = state === 'set' ? 'good' : state === 'waiting' ? 'busy' : 'warn';
  const numbers = { number: readable(number), to: readable(to) };
  const words = { ...numbers, trunk, seconds: afterS, at: { at: setAt ?? '' } };
  return <Mark shape={shape}>{t(`continuity.forwarded.${state}`, words)}</Mark>;
}

export function stepSays(words: Speaker, { what, party, who, count }: ContinuityStepShown): string {
  return words.t(`continuity.happened.${what}`, {
    party: partyWord(words, party),
    who: who ?? '',
    count: count ?? 0,
  });
}

/** Why a command was not done, or the verdict of a test call, as the end of a line. Pure. */
import { COMMAND_REASONS, type CommandReason } from '@branchline/contracts/fleet/commands';
import type { SentCommand } from '@branchline/contracts/http/commands';
import { TEST_VERDICTS, type TestVerdict } from '@branchline/contracts/trunks';
import type { Speaker } from '../../words/speak.ts';

export function reasonOf({ because, calls, answer }: SentCommand, t: Speaker['t']): string {
  const verdict = answer?.['verdict'];
  if (isVerdict(verdict)) return ` · ${t(`trunk.ground.test-${verdict}`)}`;
  if (because === null) return '';
  if (because === 'would-cut-calls')
    return ` · ${t('commands.because.would-cut-calls', { count: calls ?? 1 })}`;
  // A box of a later release may have reasons that have no words here.
  const reason = isReason(because) ? t(`commands.because.${because}`) : because;
  return ['', reason, ...moreOf(answer, t)].join(' · ');
}

/** Of a release: what it lost, and what the machine says beside it. */
function moreOf(answer: SentCommand['answer'], t: Speaker['t']): string[] {
  const { lost, detail } = answer ?? {};
  return [
    ...(Array.isArray(lost) ? [t('commands.release.lost', { what: lost.join(', ') })] : []),
    ...(typeof detail === 'string' ? [detail] : []),
  ];
}

const isVerdict = (value: unknown): value is TestVerdict => TEST_VERDICTS.includes(value as TestVerdict);
const isReason = (value: string): value is Exclude<CommandReason, 'would-cut-calls'> =>
  value !== 'would-cut-calls' && COMMAND_REASONS.includes(value as CommandReason);

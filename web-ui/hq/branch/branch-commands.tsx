/** What this branch's box may be told to do from here, and what came of what it was told. */
import type { CommandKind } from '@branchline/contracts/fleet/commands';
import { commandRoutes, type SentCommand } from '@branchline/contracts/http/commands';
import { pathOf } from '@branchline/contracts/http/route';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark, type Shape } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { BranchRelease } from './branch-release.tsx';
import { reasonOf } from './command-reason.ts';
import '../../parts/show/rows.css';
import '../document/document.css';

/** While something is under way, it is asked after so often, ms. */
const ASK_MS = 1_500;

export function BranchCommands({ box }: { box: BoxSummary }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  // Releases are asked for once somebody wants to see them: not everybody may.
  const [updates, setUpdates] = useState(false);
  const listed = useQuery({
    queryKey: ['commands', box.box],
    queryFn: ({ signal }) =>
      ask(commandRoutes.commands, { path: { box: box.box }, query: { limit: 20 }, signal }),
    refetchInterval: ({ state }) => (state.data?.commands.some(isOpen) ? ASK_MS : false),
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['commands', box.box] });
  const commands = listed.data?.commands ?? [];
  return (
    <Panel title={t('commands.title')} testId="commands">
      <Orders box={box} done={again} />
      <details data-testid="release" onToggle={(event) => setUpdates(event.currentTarget.open)}>
        <summary>{t('commands.say.release')}</summary>
        {updates && <BranchRelease box={box} done={again} />}
      </details>
      {listed.error && <Trouble error={listed.error} retry={() => void listed.refetch()} />}
      {listed.data && commands.length === 0 && <Empty>{t('commands.none')}</Empty>}
      <ul className="rows">
        {commands.map((command) => (
          <Sent key={command.id} command={command} />
        ))}
      </ul>
    </Panel>
  );
}

const isOpen = ({ state }: SentCommand): boolean => state === 'waiting' || state === 'running';

function Orders({ box, done }: { box: BoxSummary; done: () => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [call, setCall] = useState('');
  const trunks = box.health?.trunks ?? [];
  const [trunk, setTrunk] = useState('');
  const tested = trunk === '' ? (trunks[0]?.name ?? '') : trunk;
  const order = useMutation({
    mutationFn: (body: { do: CommandKind; with: object }) =>
      ask(commandRoutes.sendCommand, { path: { box: box.box }, body }),
    onSettled: done,
  });
  const button = (say: ButtonName, what: CommandKind, args: object) => (
    <button
      type="button"
      disabled={order.isPending}
      title={HINTED.has(say) ? t(`commands.hint.${say as HintName}`) : undefined}
      onClick={() => order.mutate({ do: what, with: args })}
      data-testid={`order-${say}`}
    >
      {t(`commands.say.${say}`)}
    </button>
  );
  return (
    <div className="document-form">
      <div className="document-who">
        <label>
          <span>{t('commands.trunk')}</span>
          <select
            value={tested}
            onChange={(event) => setTrunk(event.target.value)}
            data-testid="command-trunk"
          >
            {trunks.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('commands.call')}</span>
          <input
            value={call}
            maxLength={80}
            onChange={(event) => setCall(event.target.value)}
            data-testid="command-call"
          />
        </label>
      </div>
      <div className="document-acts">
        {button('identify', 'identify', {})}
        {tested !== '' && button('test-call', 'test-call', { trunk: tested })}
        {button('support-bundle', 'support-bundle', call.trim() === '' ? {} : { call: call.trim() })}
        {button('restart-service', 'restart', { what: 'service' })}
        {button('restart-engine', 'restart', { what: 'engine' })}
      </div>
      {order.error && <Trouble error={order.error} />}
    </div>
  );
}

type HintName = 'identify' | 'restart-service' | 'restart-engine' | 'support-bundle';
type ButtonName = HintName | Exclude<CommandKind, 'restart'>;
const HINTED: ReadonlySet<ButtonName> = new Set([
  'identify',
  'restart-service',
  'restart-engine',
  'support-bundle',
]);

const SHAPES: Readonly<Record<SentCommand['state'], Shape>> = {
  waiting: 'rest',
  running: 'busy',
  done: 'good',
  refused: 'warn',
  failed: 'bad',
  expired: 'warn',
  silent: 'unknown',
};

function Sent({ command }: { command: SentCommand }) {
  const { t, at } = useWords();
  const { state, percent, file } = command;
  const what = command.do === 'restart' ? nameOf(command) : command.do;
  const { trunk, version } = command.with;
  const bundle = commandRoutes.bundle.path;
  return (
    <li data-testid="command" data-id={command.id} data-state={state}>
      <div className="row-top">
        <span>
          <strong>{t(`commands.say.${what}`)}</strong> {typeof trunk === 'string' && trunk}
          {typeof version === 'string' && version}{' '}
          <Mark shape={SHAPES[state]} testId="command-state">
            {t(`commands.state.${state}`)}
          </Mark>{' '}
          {state === 'running' && percent !== null && t('commands.percent', { percent })}
        </span>
        <Moment at={command.at} />
      </div>
      <div className="row-under">
        <span>
          {t('commands.by', { who: command.who, at: { at: command.at } })}
          {state === 'waiting' && ` · ${t('commands.until', { at: { at: command.expiresAt } })}`}
          {reasonOf(command, t)}
        </span>
        {command.endedAt !== null && <span>{at(command.endedAt)}</span>}
      </div>
      {state === 'done' && file !== null && file.have === file.bytes && (
        <a href={pathOf(bundle, { box: command.box, id: command.id })} download data-testid="bundle">
          {t('commands.download', { kb: Math.ceil(file.bytes / 1024) })}
        </a>
      )}
    </li>
  );
}

const nameOf = ({ with: args }: SentCommand): ButtonName =>
  args['what'] === 'engine' ? 'restart-engine' : 'restart-service';

/** Commands of headquarters put together: how this box does each of them. */
import { join } from 'node:path';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { knownEvent } from '@branchline/contracts/ledger';
import { peopleOfDocument } from '@branchline/contracts/branch/people';
import { tellWhy } from '@branchline/contracts/call-why';
import { readIfThere } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { phoneSecretsPath } from './branch/phone-secrets.ts';
import { secretsPath } from './branch/secrets.ts';
import { enginePid } from './engine/instance/watch.ts';
import type { Keeping } from './keeping.ts';
import type { ReleaseKeeper } from './release/keeper.ts';
import { makeBundle, type BundleText } from './support/bundle.ts';
import { textsIn } from './support/mask.ts';
import { BundleSending } from './support/sending.ts';
import type { Telephony } from './telephony.ts';
import type { CommandsState, Problem } from './uplink/commands-core.ts';
import { Commands, type Performers } from './uplink/commands.ts';
import type { PageVisit } from './uplink/page-visit.ts';
import type { CommandEnd } from './uplink/commands-core.ts';
import { tendingFromAfar } from './tending-from-afar.ts';
import type { CommandTaker } from './uplink/ports.ts';
import type { Uplink } from './uplink/uplink.ts';
import { VERSION } from './version.ts';

const KEPT = 'headquarters/commands';
/** Headquarters hears that it is taken in hand before the service ends. */
const BEFORE_END_MS = 500;
const LOOK_MS = 500;
/** Of the newest events of no call, in a bundle. */
const MOST_EVENTS = 2_000;

export interface HeadquartersCommands {
  readonly taker: CommandTaker;
  readonly part: Commands;
}

export interface CommandNeeds {
  readonly uplink: Uplink;
  readonly visit: PageVisit;
  readonly releases: ReleaseKeeper;
  /** The newest lines of this service's log. */
  readonly logLines: () => string;
}

export function makeCommands(
  around: Around,
  keeping: Keeping,
  telephony: Telephony,
  { uplink, visit, releases, logLines }: CommandNeeds,
): HeadquartersCommands {
  const { log, wall } = around;
  const { ledger, journal, append } = keeping;
  const sending = new BundleSending({ clock: wall, send: (piece) => uplink.tellBundle(piece) });
  const performers: Performers = {
    identify: identify(around, keeping),
    'test-call': testCall(keeping, telephony),
    restart: restart(around, keeping, telephony),
    'cut-uplink': {
      // Headquarters hears that it is taken in hand before it hears nothing.
      perform: ({ forS }) => {
        wall.after(BEFORE_END_MS, () => uplink.cutFor(forS * 1_000));
        return Promise.resolve({ state: 'done' });
      },
    },
    ...tendingFromAfar(keeping),
    'open-page': visit,
    release: releases,
    'support-bundle': {
      problem: ({ call }) =>
        call !== undefined && !keeping.history.detail(call) ? { because: 'no-such-call' } : undefined,
      perform: async ({ call }, doing) => {
        const texts = bundleTexts(around, keeping, telephony, { uplink, logLines, call });
        const bytes = await makeBundle({
          texts,
          secrets: secretsOf(around),
          at: wall.now(),
          progress: (percent) => doing.progress(percent),
        });
        return { state: 'done', answer: await sending.send(doing.id, bytes, doing) };
      },
    },
  };
  const part = new Commands({
    clock: wall,
    log: roomLog(log, 'commands'),
    performers,
    kept: ledger.about(KEPT) as CommandsState | undefined,
    keep: (state) => journal.keep(KEPT, state),
    tell: (result) => uplink.tellCommand(result),
    enter: (command, became) =>
      append([
        {
          type: 'operator.action',
          at: wall.now(),
          body: {
            who: `headquarters: ${command.who}`,
            action: `command-${command.do}`,
            subject: `${became}${argsText(command.with)}`,
          },
        },
      ]),
  });
  return {
    part,
    taker: {
      asked: (command) => part.asked(command),
      acked: (word) => sending.acked(word),
      connected: () => sending.connected(),
    },
  };
}

const argsText = (args: object): string => {
  const text = Object.entries(args)
    .map(([name, value]) => `${name} ${String(value).slice(0, 80)}`)
    .join(', ');
  return text === '' ? '' : `: ${text}`;
};

/** Whoever stands before the box sees it on its page, at the head of its alarms. */
function identify({ wall }: Around, { alarms }: Keeping): Performers['identify'] {
  // One that a kill left open.
  alarms.clear('identify', 'box');
  return {
    perform: async ({ forS }, { signal }) => {
      alarms.raise('identify', 'box');
      try {
        await pause(wall, forS * 1_000, signal);
      } finally {
        alarms.clear('identify', 'box');
      }
      return { state: 'done' };
    },
  };
}

function testCall({ ledger }: Keeping, { trunks }: Telephony): Performers['test-call'] {
  return {
    perform: ({ trunk }, { signal }) =>
      new Promise<CommandEnd>((resolve) => {
        const finish = (end: CommandEnd): void => {
          unsubscribe();
          signal.removeEventListener('abort', onAbort);
          resolve(end);
        };
        const onAbort = (): void => finish({ state: 'failed', because: 'interrupted' });
        const unsubscribe = ledger.onAppended((events) => {
          const tested = events.map(testedOf).find((one) => one?.trunk === trunk);
          if (tested) finish({ state: 'done', answer: { ...tested } });
        });
        signal.addEventListener('abort', onAbort);
        const refusal = trunks.test(trunk);
        if (refusal)
          finish({
            state: 'refused',
            because:
              refusal === 'no-number'
                ? 'no-test-number'
                : refusal === 'running'
                  ? 'already-running'
                  : refusal,
          });
      }),
  };
}

function testedOf(event: LedgerEvent) {
  const known = event.type === 'trunk.tested' ? knownEvent(event) : undefined;
  return known?.type === 'trunk.tested' ? known.body : undefined;
}

function restart(
  { settings, wall }: Around,
  { journal }: Keeping,
  { calls, engine }: Telephony,
): Performers['restart'] {
  const pid = (): number | undefined => enginePid(join(settings.engineDir, 'run'));
  const hindered = (): Problem | undefined => {
    const count = Object.keys(calls.state.calls).length;
    if (count > 0) return { because: 'would-cut-calls', calls: count };
    return pid() === undefined ? { because: 'engine-out-of-reach' } : undefined;
  };
  return {
    // The service ends beneath its calls, which stay in the engine; the engine takes its calls with it.
    problem: ({ what }) => (what === 'engine' ? hindered() : undefined),
    perform: async ({ what }, { signal }) => {
      if (what === 'service') {
        await pause(wall, BEFORE_END_MS, signal);
        journal.flush();
        process.kill(process.pid, 'SIGTERM');
        // The next service says that it is done.
        return new Promise<CommandEnd>(() => undefined);
      }
      const before = pid();
      const problem = hindered();
      if (before === undefined || problem)
        return { state: 'refused', ...(problem ?? { because: 'engine-out-of-reach' }) };
      process.kill(before, 'SIGTERM');
      while (pid() === undefined || pid() === before || engine.health().state !== 'up')
        await pause(wall, LOOK_MS, signal);
      return { state: 'done', answer: { engine: engine.health().version } };
    },
  };
}

function secretsOf({ settings }: Around): string[] {
  const files = [
    secretsPath(settings.dataDir),
    phoneSecretsPath(settings.dataDir),
    join(settings.engineDir, 'run/ari.json'),
  ];
  return files.flatMap((path) => {
    try {
      return textsIn(JSON.parse(readIfThere(path) ?? '{}'));
    } catch {
      return [];
    }
  });
}

function bundleTexts(
  { settings, documents, board }: Around,
  { ledger, history }: Keeping,
  { engine, trunks }: Telephony,
  { uplink, logLines, call }: { uplink: Uplink; logLines: () => string; call: string | undefined },
): BundleText[] {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const lines = (events: readonly LedgerEvent[]): string =>
    events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const newest = ledger.newest();
  const told = call === undefined ? undefined : history.detail(call);
  const { language, timezone } = documents.branch.site;
  const reader = { language, timezone, people: peopleOfDocument(documents.branch) };
  return [
    {
      name: 'about.json',
      text: () =>
        json({
          version: VERSION,
          engine: engine.health(),
          node: process.versions.node,
          box: documents.branch.site.id,
        }),
    },
    { name: 'health.json', text: () => json(board.snapshot().health) },
    { name: 'alarms.json', text: () => json(board.snapshot().alarms) },
    { name: 'uplink.json', text: () => json({ ...uplink.status(), newest }) },
    { name: 'trunks.json', text: () => json(trunks.all()) },
    { name: 'document.yaml', text: () => documents.inForce.source },
    {
      name: 'events.jsonl',
      text: () =>
        lines(
          ledger
            .range(newest - MOST_EVENTS, newest, MOST_EVENTS + 1)
            .filter((event) => event.call === undefined),
        ),
    },
    ...(told && call !== undefined
      ? [
          { name: 'call.jsonl', text: () => lines(told.events) },
          { name: 'call-why.json', text: () => json(tellWhy(call, told.events, reader)) },
        ]
      : []),
    { name: 'engine.log', text: () => readIfThere(join(settings.engineDir, 'log/messages.log')) },
    { name: 'box.log', text: logLines },
  ];
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.cancel();
      reject(new Error('interrupted'));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

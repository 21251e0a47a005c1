/** Calls and what they need: the switchboard's shell, the recorder, the lines, and the link to the engine. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import { makeAnnouncing, type Announcing } from './announcing.ts';
import type { Around } from './around.ts';
import { secretOf } from './branch/secrets.ts';
import { CallService, type CallServiceDeps } from './calls/service.ts';
import { Show } from './calls/show.ts';
import { emptySwitchboard } from './calls/switchboard.ts';
import { BranchCall } from './continuity/branch-call.ts';
import type { EngineLink } from './engine-link.ts';
import { makeEngineQueues } from './engine-queues.ts';
import { makeAlone, makeEngineLink } from './engine-side.ts';
import { rawRecordingsDir } from './engine-site.ts';
import { messageFile, type Engine } from './engine/port.ts';
import { makeGateways, type Gateways } from './gateways.ts';
import type { Keeping } from './keeping.ts';
import { lookUp } from './look-up/look-up.ts';
import { mailer, type Mailer } from './mailer.ts';
import { Recorder } from './recording/recorder.ts';
import { Vault } from './recording/vault.ts';
import { restoreSwitchboard } from './restore.ts';
import { OwnCalls } from './self-check/own-calls.ts';
import { makeSounds, makeSpeaker, makeVoicemail, openMessages, OWN_PROMPTS, SPEECH } from './sounds.ts';
import type { Speaker } from './speech/speaker.ts';
import { textsToSpeak } from './speech/texts.ts';
import { makeTrunks, trunkLook, type TrunkLines } from './trunk-lines.ts';
import { LineBook } from './trunks/line-book.ts';
import type { TrunkBook } from './trunks/trunk-book.ts';
import type { Voicemail } from './voicemail/voicemail.ts';

/** The wall clock is taken again when it has moved by more than this, and no call is in progress, in ms. */
const DRIFT_MS = 1_000;

export interface Telephony {
  readonly calls: CallService;
  readonly lines: LineBook;
  readonly trunks: TrunkBook;
  readonly forwarding: TrunkLines['forwarding'];
  readonly vault: Vault;
  readonly voicemail: Voicemail;
  readonly engine: EngineLink;
  /** Calls of the box to itself, for its checks. */
  readonly ownCalls: OwnCalls;
  /** Calls to the branch itself from outside, for headquarters. */
  readonly branchCall: BranchCall;
  readonly soundsOf: CallServiceDeps['soundsOf'];
  /** Asks all that a trunk can be asked by, out of turn; undefined when there is nothing to ask. */
  readonly look: (trunk: string) => Promise<void> | undefined;
  readonly parts: readonly Part[];
  readonly announce: Announcing['announce'];
  /** Whether work that can wait may be begun. */
  background(may: boolean): void;
  /** Told how many calls are in progress whenever something happens to one. */
  onCalls(listener: (count: number) => void): void;
}

/** `safe`: it is not started, and nothing that the last run has left is read. */
export function makeTelephony(around: Around, keeping: Keeping, safe: boolean): Telephony {
  const { settings, clock, log, documents, board, changed } = around;
  const branch = (): Branch => documents.branch;
  const { ledger, alarms, append } = keeping;
  const vault = new Vault(join(settings.dataDir, 'recordings'));
  const recorder = new Recorder({
    clock,
    log: roomLog(log, 'recording'),
    rawDir: rawRecordingsDir(settings),
    vault,
    append,
    happen: (event) => calls.happen(event),
  });
  const trunks = makeTrunks(around, keeping);
  const lines = new LineBook({ clock, branch, alarms, board, trunks: trunks.book, onChange: changed });
  const show = new Show({
    clock,
    branch,
    board,
    onTrunkCalls: (byTrunk) => trunks.book.carries(byTrunk),
    onNewDay: () => calls.happen({ type: 'new-day' }),
  });
  const speaker = makeSpeaker(around, keeping);
  const lamps: { engine?: Engine } = {};
  const mail = mailer(around, keeping);
  const voicemail = makeVoicemail(around, keeping, lamps, mail.onMessage);
  const counting = countedCalls();
  const soundsOf = makeSounds(around, speaker);
  const served = { recorder, show, trunks, soundsOf, voicemail, safe };
  const calls = makeCalls(around, keeping, served, counting.tell);
  const ownCalls = makeOwnCalls(around);
  const branchCall = makeBranchCall(around);
  if (!safe) show.recall(ledger.since(show.startOfToday()));
  ledger.onAppended((events) => {
    show.written(events);
    show.queues(calls.state);
  });
  show.step(calls.state, { changed: calls.state.calls });
  trunks.book.onWorth((trunk, worth) => calls.happen({ type: 'trunk-worth', trunk, worth }));
  const announcing = makeAnnouncing(around, speaker, () => calls.state, SPEECH);
  const alone = makeAlone(around, keeping, recorder, calls);
  const engine = makeEngineLink(around, keeping, {
    calls,
    lines,
    trunks: trunks.book,
    users: [trunks, announcing.announcer, ownCalls, branchCall],
    alone,
    onConnected: (connected) => {
      lamps.engine = connected;
      voicemail.showAll();
    },
  });
  const gateways = makeGateways(around, trunks.book);
  const parts = [
    makeEngineQueues(around, keeping.alarms),
    ...partsBefore(around, { calls, recorder, speaker, mail, voicemail }),
    trunks.part,
    { name: 'calls', start: () => undefined, stop: () => calls.stop() },
    { name: 'alone', start: () => undefined, stop: () => alone.stop() },
    engine,
    gateways.part,
  ];
  followDocuments(documents, { lines, show, calls, voicemail, speaker, engine, gateways });
  return {
    calls,
    lines,
    ...{ trunks: trunks.book, forwarding: trunks.forwarding },
    vault,
    voicemail,
    engine,
    announce: announcing.announce,
    ownCalls,
    branchCall,
    soundsOf,
    look: trunkLook(branch, gateways, trunks),
    parts,
    background: (may) => trunks.background(may),
    onCalls: (listener) => counting.follow(listener, Object.keys(calls.state.calls).length),
  };
}

/** What calls are served with, in the order in which it starts. */
function partsBefore(
  { documents }: Around,
  {
    calls,
    recorder,
    speaker,
    mail,
    voicemail,
  }: {
    readonly calls: CallService;
    readonly recorder: Recorder;
    readonly speaker: Speaker;
    readonly mail: Mailer;
    readonly voicemail: Voicemail;
  },
): Part[] {
  return [
    {
      name: 'speech',
      start: () => void speaker.prepare(textsToSpeak(documents.branch, OWN_PROMPTS)),
      stop: () => speaker.stop(),
    },
    { name: 'recorder', start: () => undefined, stop: () => recorder.stop() },
    mail.part,
    {
      name: 'voicemail',
      start: () => voicemail.start(openMessages(calls)),
      stop: () => voicemail.stop(),
    },
  ];
}

/** How many calls are in progress, for whoever wants to know at each change. */
function countedCalls() {
  const listeners: ((count: number) => void)[] = [];
  return {
    tell: (count: number): void => listeners.forEach((listener) => listener(count)),
    follow: (listener: (count: number) => void, now: number): void => {
      listeners.push(listener);
      listener(now);
    },
  };
}

function followDocuments(
  documents: Around['documents'],
  {
    lines,
    show,
    calls,
    voicemail,
    speaker,
    engine,
    gateways,
  }: Pick<Telephony, 'lines' | 'calls' | 'voicemail' | 'engine'> & {
    readonly show: Show;
    readonly speaker: Speaker;
    readonly gateways: Gateways;
  },
): void {
  documents.onChange((now) => {
    if (now.refused) return;
    lines.documentChanged();
    show.documentChanged();
    calls.documentChanged();
    voicemail.showAll();
    void speaker.prepare(textsToSpeak(now.branch, OWN_PROMPTS));
    void engine.documentChanged(now.branch);
    void gateways.follow(now.branch);
  });
}

function makeCalls(
  around: Around,
  keeping: Keeping,
  {
    recorder,
    show,
    trunks,
    soundsOf,
    voicemail,
    safe,
  }: {
    recorder: Recorder;
    show: Show;
    trunks: TrunkLines;
    soundsOf: CallServiceDeps['soundsOf'];
    voicemail: Voicemail;
    safe: boolean;
  },
  onCalls: (count: number) => void,
): CallService {
  const { settings, clock, log, documents } = around;
  const { journal, alarms, ledger } = keeping;
  const calls: CallService = new CallService(
    {
      clock,
      log: roomLog(log, 'calls'),
      branch: () => documents.branch,
      journal,
      recorder,
      alarms,
      soundsOf,
      messages: voicemail,
      lookUp: (request) => lookUp(request, (name) => secretOf(settings.dataDir, name)),
      lastHeardAt: ledger.newestAt(),
      onStep: (state, result) => {
        // By the calls as they were: one that was refused is still on its trunk.
        trunks.book.written(result.events);
        show.step(state, result);
        onCalls(Object.keys(state.calls).length);
        if (Object.keys(state.calls).length > 0 || Math.abs(clock.drift()) <= DRIFT_MS) return;
        clock.resync();
        calls.happen({ type: 'clock-moved' });
      },
    },
    safe ? emptySwitchboard : restoreSwitchboard(ledger, journal, documents.branch, clock.now()),
  );
  return calls;
}

const makeOwnCalls = ({ settings, clock }: Around): OwnCalls =>
  new OwnCalls({
    clock,
    soundFile: (recording) => join(settings.engineDir, 'spool', messageFile(recording)),
  });

/** By the first cloud line of the document, with the number that the branch shows there. */
const makeBranchCall = ({ clock, documents }: Around): BranchCall =>
  new BranchCall({
    clock,
    line: () => {
      const { trunks, gateways, numbers } = documents.branch;
      const trunk = Object.values(trunks).find(({ gateway }) => gateways[gateway]?.line !== undefined);
      const [number] = Object.values(numbers);
      return trunk && number && { gateway: trunk.gateway, callerNumber: number.number };
    },
  });

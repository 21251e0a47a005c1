/** The words of `call-why.ts`, in Chinese and in English. */
import type { CallSound, SoundVerdict } from './call-sound.ts';
import type { EventBody, Party } from './ledger.ts';
import { outgoingEn, outgoingZh, type OutgoingWords } from './outgoing-words.ts';

type Offered = Omit<EventBody<'call.offered'>, 'from'> & { readonly from: string };
type Overflow = EventBody<'call.overflowed'>['because'];
type Refusal = EventBody<'call.leg-refused'>['reason'];
type Ended = EventBody<'call.ended'>;
type OfferMade = Pick<EventBody<'call.leg-offered'>, 'queue' | 'attempt'> & {
  readonly phones: readonly string[];
};

export interface CallWords {
  readonly anonymous: string;
  offered(call: Offered): string;
  pressed(digit: string, flow: string): string;
  queued(stay: EventBody<'call.queued'>): string;
  announced(told: EventBody<'call.announced'>): string;
  overflowed(left: EventBody<'call.overflowed'>): string;
  offer(kind: Party['kind'], to: string, offer: OfferMade): string;
  answered(afterMs: number): string;
  readonly refused: Readonly<Record<Refusal, (afterMs: number) => string>>;
  agentKept(agent: string, queue: string): string;
  /** Beside why a queue offered it: it rings here too, as somebody wanted. */
  ringsByOrder(by: string): string;
  /** `by` answered what rang at `from`. */
  pickedUp(by: string, from: readonly string[], ordered: string | undefined): string;
  moved(from: string, to: string, waitedMs: number, by: string): string;
  joined(who: string): string;
  transferred(kind: 'blind' | 'attended', by: string, to: string): string;
  messageRefused(box: string, because: string): string;
  /** Null: hung up without a word. */
  message(box: string, durationMs: number | null): string;
  poorSound(who: string, verdict: Omit<SoundVerdict, 'grade'>): string;
  oneWay(who: string, silent: NonNullable<CallSound['silent']>): string;
  ended(end: Ended): string;
  survived(answeredBy: string | undefined): string;
  offeredTimes(times: number, answeredBy: string | undefined): string;
  neverOffered(queue: string, overflow: Overflow | undefined, endedBy: Ended['endedBy'] | undefined): string;
  /** `answered` null: it still rings, as far as is known. */
  noQueue(kind: Party['kind'], to: string, answered: boolean | null): string;
  noQueueVoicemail(box: string): string;
  noQueueFlow(flow: string, node: string | undefined, ended: boolean): string;
  nowhere(outcome: Ended['outcome'] | undefined): string;
  readonly out: OutgoingWords;
}

const whole = (ms: number): { min: number; s: number } => {
  const s = Math.max(0, Math.round(ms / 1000));
  return s < 120 ? { min: 0, s } : { min: Math.floor(s / 60), s: s % 60 };
};
const spanEn = (ms: number): string => {
  const { min, s } = whole(ms);
  return min === 0 ? `${s} s` : `${min} min${s === 0 ? '' : ` ${s} s`}`;
};
const spanZh = (ms: number): string => {
  const { min, s } = whole(ms);
  return min === 0 ? `${s} 秒` : `${min} 分${s === 0 ? '钟' : ` ${s} 秒`}`;
};

const overflowEn: Readonly<Record<Overflow, string>> = {
  waiting: 'it had waited too long',
  length: 'too many waited',
  'expected-wait': 'the wait to be expected was too long',
  'nobody-signed-in': 'nobody was signed in',
  'nobody-there': 'nobody was there',
  closed: 'the queue was closed',
  digit: 'the caller pressed a digit',
  'queue-gone': 'the document has this queue no longer',
};
const overflowZh: Readonly<Record<Overflow, string>> = {
  waiting: '等得太久',
  length: '排队的人太多',
  'expected-wait': '预计等待太久',
  'nobody-signed-in': '没有座席签入',
  'nobody-there': '没有座席在岗',
  closed: '队列已下班',
  digit: '主叫按了键',
  'queue-gone': '文档里已没有这个队列',
};
const endedByEn = {
  caller: 'the caller',
  callee: 'the other side',
  branch: 'the branch',
  engine: 'the engine',
};
const endedByZh = { caller: '主叫', callee: '对方', branch: '本网点', engine: '呼叫引擎' };
const outcomeEn: Readonly<Record<Ended['outcome'], string>> = {
  answered: 'answered',
  abandoned: 'given up',
  'not-answered': 'not answered',
  busy: 'busy',
  refused: 'refused',
  failed: 'failed',
  merged: 'joined to another call',
  survived: 'the engine went on with it alone',
};
const outcomeZh: Readonly<Record<Ended['outcome'], string>> = {
  answered: '已接通',
  abandoned: '主叫放弃',
  'not-answered': '无人接听',
  busy: '忙',
  refused: '被拒绝',
  failed: '失败',
  merged: '并入另一通',
  survived: '由呼叫引擎独自接着处理',
};
const phaseEn = { flow: 'in a flow', queue: 'in a queue', ringing: 'while it rang', talking: 'in talk' };
const phaseZh = { flow: '流程中', queue: '排队中', ringing: '振铃时', talking: '通话中' };

export const en: CallWords = {
  anonymous: 'a caller without a number',
  offered: ({ direction, from, dialled, trunk, emergency }) =>
    `${from} called ${dialled}${direction === 'in' && trunk !== undefined ? `, by line ${trunk}` : ''}${emergency === true ? ' (emergency)' : ''}.`,
  pressed: (digit, flow) => `Pressed ${digit} in flow '${flow}'.`,
  queued: ({ queue, position, priority, tag, keptWaitMs, expectedWaitMs }) =>
    `Came into queue '${queue}' at place ${position}, priority ${priority}${tag === undefined ? '' : ` as '${tag}'`}${keptWaitMs === undefined ? '' : `; he had been cut off, and has his old place after ${spanEn(keptWaitMs)}`}${expectedWaitMs === undefined ? '' : `; a wait of ${spanEn(expectedWaitMs)} was expected`}.`,
  announced: ({ position, expectedWaitMs }) =>
    `Was told: place ${position}${expectedWaitMs === undefined ? '' : `, a wait of about ${spanEn(expectedWaitMs)}`}.`,
  overflowed: ({ queue, because, to, waitedMs }) =>
    `Left queue '${queue}' without an agent after ${spanEn(waitedMs)}: ${overflowEn[because]}${to === undefined ? '' : `; went on to '${to}'`}.`,
  offer: (kind, to, { queue, attempt, phones }) => {
    const at = phones.length === 0 ? '' : ` at ${phones.join(', ')}`;
    if (queue !== undefined) return `Queue '${queue}' offered it to ${to}${at} (offer ${attempt}).`;
    if (kind === 'number')
      return `Dialled ${to}${phones.length === 0 ? '' : ` by line ${phones.join(', ')}`}${attempt > 1 ? ` (line ${attempt} tried)` : ''}.`;
    return `Rang for ${to}${at}.`;
  },
  answered: (ms) => `Answered after ${spanEn(ms)}.`,
  refused: {
    'no-answer': (ms) => `Not answered within ${spanEn(ms)}.`,
    busy: () => 'The telephone was busy.',
    declined: (ms) => `Refused after ${spanEn(ms)}.`,
    unreachable: () => 'The telephone could not be reached.',
    'caller-gone': (ms) => `The caller was gone after ${spanEn(ms)}.`,
    congestion: () => 'No way was free.',
    failed: () => 'It could not be put through.',
    'answered-elsewhere': (ms) => `Taken back after ${spanEn(ms)}: answered elsewhere.`,
  },
  agentKept: (agent, queue) =>
    `Queue '${queue}' kept ${agent} free for this callback; the customer is called first.`,
  ringsByOrder: (by) => `By order of ${by}, while it rang elsewhere: whoever answers first has it.`,
  pickedUp: (by, from, ordered) =>
    `${by} picked it up${from.length === 0 ? '' : `; it had rung at ${from.join(', ')}`}${ordered === undefined ? '' : ` (ordered by ${ordered})`}.`,
  moved: (from, to, waitedMs, by) =>
    `Was taken out of '${from}' after ${spanEn(waitedMs)} and sent to '${to}', by order of ${by}.`,
  joined: (who) => `${who} came into the call.`,
  transferred: (kind, by, to) =>
    kind === 'blind' ? `${by} sent the call on to ${to}.` : `${by} handed the call over to ${to}.`,
  messageRefused: (box, because) =>
    `Was told that voicemail '${box}' can take no message now: the ${because}.`,
  message: (box, ms) =>
    ms === null
      ? `Hung up at the tone of voicemail '${box}'.`
      : `Left a message of ${spanEn(ms)} in voicemail '${box}'.`,
  poorSound: (who, { mos, lostPercent, jitterMs }) =>
    `The sound of ${who} was poor: MOS ${mos.toFixed(1)}, ${lostPercent.toFixed(1)} % lost, jitter ${jitterMs.toFixed(0)} ms.`,
  oneWay: (who, silent) =>
    silent === 'from'
      ? `One-way sound: nothing came from ${who}, though sound was sent there.`
      : `One-way sound: nothing was sent to ${who}, though sound came from there.`,
  ended: ({ outcome, endedBy, phase, talkMs, totalMs }) =>
    `Ended by ${endedByEn[endedBy]} ${phaseEn[phase]}, after ${spanEn(totalMs)}${talkMs > 0 ? ` (${spanEn(talkMs)} of talk)` : ''}: ${outcomeEn[outcome]}.`,
  survived: (answeredBy) =>
    `The engine handled this call alone, as the box service did not take it: every telephone of the plan for that rang, and ${answeredBy === undefined ? 'nobody answered' : `${answeredBy} answered`}.`,
  offeredTimes: (times, by) =>
    `A queue offered it ${times === 1 ? 'once' : `${times} times`}; ${by === undefined ? 'no agent has taken it' : `${by} took it`}.`,
  neverOffered: (queue, overflow, endedBy) =>
    `It waited in queue '${queue}' and was offered to nobody: ${overflow === undefined ? (endedBy === undefined ? 'it still waits, or what came of it is not written yet' : `${endedByEn[endedBy]} ended it before an agent was free`) : overflowEn[overflow]}.`,
  noQueue: (kind, to, answered) =>
    `No queue had it: it ${kind === 'number' ? 'went out to' : 'rang for'} ${to}, and ${answered === null ? 'nobody has answered yet' : answered ? 'was answered' : 'was not answered'}.`,
  noQueueVoicemail: (box) => `No queue had it: it went to voicemail '${box}'.`,
  noQueueFlow: (flow, node, ended) =>
    `No queue had it: it ${ended ? 'ended' : 'is'} in flow '${flow}'${node === undefined ? '' : `, at step ${node}`}.`,
  nowhere: (outcome) =>
    `No queue had it, and nobody was rung${outcome === undefined ? '' : `: ${outcomeEn[outcome]}`}.`,
  out: outgoingEn,
};

export const zh: CallWords = {
  anonymous: '未显示号码的主叫',
  offered: ({ direction, from, dialled, trunk, emergency }) =>
    `${from} 呼叫 ${dialled}${direction === 'in' && trunk !== undefined ? `，经线路 ${trunk}` : ''}${emergency === true ? '（紧急呼叫）' : ''}。`,
  pressed: (digit, flow) => `在流程“${flow}”中按了 ${digit}。`,
  queued: ({ queue, position, priority, tag, keptWaitMs, expectedWaitMs }) =>
    `进入队列“${queue}”，第 ${position} 位，优先级 ${priority}${tag === undefined ? '' : `（标签“${tag}”）`}${keptWaitMs === undefined ? '' : `；此前排队时断线，保留原位，已等 ${spanZh(keptWaitMs)}`}${expectedWaitMs === undefined ? '' : `；预计等待 ${spanZh(expectedWaitMs)}`}。`,
  announced: ({ position, expectedWaitMs }) =>
    `播报：排在第 ${position} 位${expectedWaitMs === undefined ? '' : `，大约还要等 ${spanZh(expectedWaitMs)}`}。`,
  overflowed: ({ queue, because, to, waitedMs }) =>
    `等了 ${spanZh(waitedMs)}，未到座席即离开队列“${queue}”：${overflowZh[because]}${to === undefined ? '' : `；转去“${to}”`}。`,
  offer: (kind, to, { queue, attempt, phones }) => {
    const at = phones.length === 0 ? '' : `（话机 ${phones.join('、')}）`;
    if (queue !== undefined) return `队列“${queue}”派给 ${to}${at}，第 ${attempt} 次。`;
    if (kind === 'number')
      return `外呼 ${to}${phones.length === 0 ? '' : `，经线路 ${phones.join('、')}`}${attempt > 1 ? `（试到第 ${attempt} 条）` : ''}。`;
    return `${to} 振铃${at}。`;
  },
  answered: (ms) => `${spanZh(ms)}后接听。`,
  refused: {
    'no-answer': (ms) => `振铃 ${spanZh(ms)}未接。`,
    busy: () => '话机忙。',
    declined: (ms) => `${spanZh(ms)}后拒接。`,
    unreachable: () => '话机失联。',
    'caller-gone': (ms) => `${spanZh(ms)}后主叫已挂机。`,
    congestion: () => '没有空闲线路。',
    failed: () => '未能接续。',
    'answered-elsewhere': (ms) => `${spanZh(ms)}后收回：已在别处接听。`,
  },
  agentKept: (agent, queue) => `队列“${queue}”为这次回拨留出 ${agent}，先呼叫客户。`,
  ringsByOrder: (by) => `由 ${by} 指定在此同时振铃（别处仍在振铃），先接者得。`,
  pickedUp: (by, from, ordered) =>
    `${by} 代接${from.length === 0 ? '' : `，原在 ${from.join('、')} 振铃`}${ordered === undefined ? '' : `（由 ${ordered} 指定）`}。`,
  moved: (from, to, waitedMs, by) => `等了 ${spanZh(waitedMs)}，由 ${by} 从“${from}”移往“${to}”。`,
  joined: (who) => `${who} 加入通话。`,
  transferred: (kind, by, to) => (kind === 'blind' ? `${by} 直接转给 ${to}。` : `${by} 征询后转给 ${to}。`),
  messageRefused: (box, because) =>
    `被告知留言信箱“${box}”暂时无法留言：${because === 'disk is read-only' ? '磁盘只读' : '磁盘空间不足'}。`,
  message: (box, ms) =>
    ms === null ? `在留言信箱“${box}”提示音后未留言即挂机。` : `在留言信箱“${box}”留言 ${spanZh(ms)}。`,
  poorSound: (who, { mos, lostPercent, jitterMs }) =>
    `${who} 一侧音质差：MOS ${mos.toFixed(1)}，丢包 ${lostPercent.toFixed(1)}%，抖动 ${jitterMs.toFixed(0)} 毫秒。`,
  oneWay: (who, silent) =>
    silent === 'from'
      ? `单通：已向 ${who} 送出语音，但没有收到那一侧的任何语音。`
      : `单通：收到了 ${who} 一侧的语音，但没有向那一侧送出任何语音。`,
  ended: ({ outcome, endedBy, phase, talkMs, totalMs }) =>
    `由${endedByZh[endedBy]}在${phaseZh[phase]}结束，历时 ${spanZh(totalMs)}${talkMs > 0 ? `（通话 ${spanZh(talkMs)}）` : ''}：${outcomeZh[outcome]}。`,
  survived: (answeredBy) =>
    `网点盒服务未能接手，呼叫引擎独自处理了这一通：按应急方案的话机一起振铃，${answeredBy === undefined ? '无人接听' : `由 ${answeredBy} 接听`}。`,
  offeredTimes: (times, by) =>
    `队列派了 ${times} 次；${by === undefined ? '没有座席接听' : `由 ${by} 接听`}。`,
  neverOffered: (queue, overflow, endedBy) =>
    `在队列“${queue}”中等待，没有派给任何人：${overflow === undefined ? (endedBy === undefined ? '仍在等待，或后续尚未写下' : `座席空出来之前由${endedByZh[endedBy]}结束`) : overflowZh[overflow]}。`,
  noQueue: (kind, to, answered) =>
    `没有进队列：${kind === 'number' ? '呼出到' : '直接振铃'} ${to}，${answered === null ? '尚未接听' : answered ? '已接听' : '未接听'}。`,
  noQueueVoicemail: (box) => `没有进队列：转到留言信箱“${box}”。`,
  noQueueFlow: (flow, node, ended) =>
    `没有进队列：${ended ? '结束' : '还'}在流程“${flow}”${node === undefined ? '' : `第 ${node} 步`}。`,
  nowhere: (outcome) =>
    `没有进队列，也没有话机振铃${outcome === undefined ? '' : `：${outcomeZh[outcome]}`}。`,
  out: outgoingZh,
};

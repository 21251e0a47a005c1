/** Of `call-why.ts`: calls to the outside and lines, in Chinese and in English. */
import type { EventBody } from './ledger.ts';

type Denied = EventBody<'call.denied'>;
export type LineRefusal = Pick<EventBody<'call.leg-refused'>, 'cause' | 'sip' | 'afterMs'>;

export interface OutgoingWords {
  routed(way: EventBody<'call.routed'>): string;
  denied(denied: Denied): string;
  lineFull(line: EventBody<'call.line-full'>): string;
  preempted(end: EventBody<'call.preempted'>): string;
  turnedAway(refused: EventBody<'call.turned-away'>): string;
  leftAlone(who: readonly string[]): string;
  /** Of one try of a line. */
  lineRefused(refused: LineRefusal): string;
}

type Class = Denied['class'];

const classEn: Readonly<Record<Class, string>> = {
  emergency: 'an emergency call',
  local: 'a local call',
  national: 'a national call',
  mobile: 'a call to a mobile',
  international: 'an international call',
  premium: 'a call to a premium number',
};
const classZh: Readonly<Record<Class, string>> = {
  emergency: '紧急呼叫',
  local: '市话',
  national: '长途',
  mobile: '手机号码',
  international: '国际长途',
  premium: '高额付费号码',
};

/** ITU-T Q.850, those that lines refuse with. */
const causeEn: Readonly<Record<number, string>> = {
  1: 'no such number',
  2: 'no route to that network',
  3: 'no route to that number',
  16: 'ended by the far end',
  17: 'busy',
  18: 'no answer to the call at all',
  19: 'nobody answers',
  20: 'the far end is not there',
  21: 'refused',
  27: 'out of order',
  28: 'not a complete number',
  34: 'no circuit free',
  38: 'network out of order',
  41: 'temporary failure',
  42: 'switching equipment congested',
  44: 'the circuit is not available',
  47: 'no resources',
  57: 'not permitted',
  58: 'not available at present',
  88: 'incompatible',
  102: 'timed out',
  127: 'refused by the network behind it',
};
const causeZh: Readonly<Record<number, string>> = {
  1: '空号',
  2: '没有到对方网络的路由',
  3: '没有到该号码的路由',
  16: '对端已结束',
  17: '忙',
  18: '对端对呼叫毫无响应',
  19: '无人接听',
  20: '对端不在',
  21: '被拒绝',
  27: '故障',
  28: '号码不完整',
  34: '没有空闲电路',
  38: '网络故障',
  41: '临时故障',
  42: '交换设备拥塞',
  44: '电路不可用',
  47: '资源不足',
  57: '不允许',
  58: '暂不可用',
  88: '不兼容',
  102: '超时',
  127: '被后面的网络拒绝',
};

const span = (ms: number, millis: string, seconds: string): string =>
  ms < 1_000 ? `${Math.round(ms)} ${millis}` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} ${seconds}`;

const deniedEn: Readonly<Record<Denied['because'], (detail: string) => string>> = {
  'no-route': () => 'the document has no route for it',
  'not-allowed': () => 'this is not among what the caller may call',
  'came-in': () => 'a call that came in is not sent out again',
  'off-hours': (hours) => `not outside of the hours '${hours}'`,
  stopped: (detail) => `this extension is stopped, as it called many new places abroad (${detail})`,
  'calls-at-once': (most) => `this extension has ${most} calls out already`,
  minutes: (detail) => `the minutes of this day are used up (${detail})`,
  cost: (detail) => `the money of this day is used up (${detail})`,
  power: () => 'the battery of the branch is near its end',
};
const deniedZh: Readonly<Record<Denied['because'], (detail: string) => string>> = {
  'no-route': () => '文档里没有适用的路由',
  'not-allowed': () => '主叫没有此类权限',
  'came-in': () => '呼入的通话不再转到外线',
  'off-hours': (hours) => `不在时段“${hours}”内`,
  stopped: (detail) => `该分机短时间内拨打多个陌生国际前缀，已被停止外呼（${detail}）`,
  'calls-at-once': (most) => `该分机已有 ${most} 通外呼`,
  minutes: (detail) => `当日时长已用完（${detail}）`,
  cost: (detail) => `当日话费已用完（${detail}）`,
  power: () => '网点电池即将耗尽',
};

type TurnedAway = EventBody<'call.turned-away'>['because'];
const turnedAwayEn: Readonly<Record<TurnedAway, (trunk: string) => string>> = {
  'line-limit': (trunk) => `line ${trunk} had as many calls in as it may`,
  'busied-out': (trunk) => `line ${trunk} is busied out`,
  power: (trunk) => `on line ${trunk}, as the battery of the branch is near its end`,
  'passed-on': (trunk) => `on line ${trunk}: the stand-in in the cloud answers for the branch now`,
};
const turnedAwayZh: Readonly<Record<TurnedAway, (trunk: string) => string>> = {
  'line-limit': (trunk) => `线路 ${trunk} 的呼入已达上限`,
  'busied-out': (trunk) => `线路 ${trunk} 已示忙`,
  power: (trunk) => `线路 ${trunk} 不再接来话，网点电池将尽`,
  'passed-on': (trunk) => `线路 ${trunk}：现由云端替身接听`,
};

export const outgoingEn: OutgoingWords = {
  routed: ({ class: what, number, route, trunks }) =>
    `${capital(classEn[what])} to ${number}${route === undefined ? '' : `, by route ${route}`}: ${trunks.length > 1 ? 'lines' : 'line'} ${trunks.join(', then ')}.`,
  denied: ({ class: what, number, because, detail = '' }) =>
    `${capital(classEn[what])} to ${number} was not put through: ${deniedEn[because](detail)}.`,
  lineFull: ({ trunk, channels }) =>
    `Line ${trunk} was passed over: all of its ${channels} ${channels === 1 ? 'channel was' : 'channels were'} taken.`,
  preempted: ({ by, trunk }) => `Ended to give its channel of line ${trunk} to the emergency call ${by}.`,
  turnedAway: ({ trunk, because }) =>
    `Refused: ${turnedAwayEn[because](trunk)}. Its network was told to try elsewhere.`,
  leftAlone: (who) => `Ended: nobody of the branch was left in the talk, only ${who.join(' and ')} outside.`,
  lineRefused: ({ cause = 0, sip, afterMs = 0 }) =>
    sip === undefined
      ? `After ${span(afterMs, 'ms', 's')}: ${causeEn[cause] ?? `cause ${cause}`} (Q.850 ${cause}).`
      : `After ${span(afterMs, 'ms', 's')}: ${causeEn[cause] ?? `cause ${cause}`} (SIP ${sip}, Q.850 ${cause}).`,
};

export const outgoingZh: OutgoingWords = {
  routed: ({ class: what, number, route, trunks }) =>
    `${classZh[what]} ${number}${route === undefined ? '' : `，走第 ${route} 条路由`}：线路 ${trunks.join('，其次 ')}。`,
  denied: ({ class: what, number, because, detail = '' }) =>
    `${classZh[what]} ${number} 未接通：${deniedZh[because](detail)}。`,
  lineFull: ({ trunk, channels }) => `跳过线路 ${trunk}：${channels} 个通道全占。`,
  preempted: ({ by, trunk }) => `为紧急呼叫 ${by} 让出线路 ${trunk} 的通道而结束。`,
  turnedAway: ({ trunk, because }) => `拒绝：${turnedAwayZh[because](trunk)}，已请对方网络改走别处。`,
  leftAlone: (who) => `结束：本网点已无人在通话中，只剩外部的 ${who.join('和')}。`,
  lineRefused: ({ cause = 0, sip, afterMs = 0 }) =>
    `${span(afterMs, '毫秒', '秒')}后：${causeZh[cause] ?? `原因 ${cause}`}（${sip === undefined ? '' : `SIP ${sip}，`}Q.850 ${cause}）。`,
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The words of `why.ts`, in Chinese and in English. */
import type { OfferWhy, Verdict } from './offer-why.ts';

type Relaxed = NonNullable<OfferWhy['relaxed']>[number];
type Turn = Pick<OfferWhy['turn'], 'priority' | 'aged' | 'waitedMs'> & { tag?: string };

export interface WhyWords {
  chosen(agent: string, because: string, at: { level: number; short: number }): string;
  /** `free`: how many were free and able. */
  readonly because: {
    readonly lastAgent: string;
    readonly onlyOne: string;
    ringAll(free: number): string;
    level(free: number): string;
    skill(free: number): string;
    idle(free: number, since: string): string;
    fewest(free: number, calls: number): string;
    occupied(free: number, percent: number): string;
    turn(free: number): string;
    lot(free: number): string;
    first(free: number): string;
  };
  given(agent: string, by: string, waitedMs: number): string;
  relaxed(step: Relaxed): string;
  lastAgent(agent: string, state: 'not-there' | 'not-in-time' | 'missed'): string;
  points(turn: Turn): string;
  before(points: string, next: NonNullable<OfferWhy['turn']['next']>): string;
  firstOf(points: string, waiting: number): string;
  alone(points: string): string;
  readonly ringsToo: string;
  passed(count: number): string;
  others(groups: readonly string[]): string;
  group(names: string, verdict: string): string;
  list(named: readonly string[], more: number): string;
  readonly verdicts: Readonly<Record<Verdict, string>>;
}

const seconds = (ms: number): number => Math.round(ms / 1000);

export const en: WhyWords = {
  chosen: (agent, because, { level, short }) =>
    `${agent} was chosen: ${because}${level > 1 ? `; level ${level} in this queue` : ''}${short > 0 ? `; ${short} below the preferred skill, and nobody nearer was free` : ''}.`,
  because: {
    lastAgent: 'spoke with this customer last',
    onlyOne: 'the only one free and able',
    ringAll: (free) => `everybody rings who is free (${free})`,
    level: (free) => `of ${free} who were free, of the first level`,
    skill: (free) => `of ${free} who were free, nearest to the preferred skill`,
    idle: (free, since) => `of ${free} who were free, the longest (since ${since})`,
    fewest: (free, calls) => `of ${free} who were free, with the fewest calls today (${calls})`,
    occupied: (free, percent) => `of ${free} who were free, the least at work today (${percent} %)`,
    turn: (free) => `of ${free} who were free, next in turn`,
    lot: (free) => `of ${free} who were free, by lot`,
    first: (free) => `of ${free} who were free, first in the document`,
  },
  given: (agent, by, waitedMs) =>
    `${agent} was given it by order of ${by}, after a wait of ${seconds(waitedMs)} s: neither the queue's order nor the turn of others had a say.`,
  relaxed: ({ skill, from, to, afterMs }) =>
    to === 0
      ? `After ${seconds(afterMs)} s ${skill} ${from} was not insisted on any more.`
      : `After ${seconds(afterMs)} s ${skill} ${to} was enough, instead of ${from}.`,
  lastAgent: (agent, state) =>
    ({
      'not-there': `${agent}, who spoke with this customer last, was away.`,
      'not-in-time': `${agent}, who spoke with this customer last, was not free in time.`,
      missed: `${agent}, who spoke with this customer last, did not take it.`,
    })[state],
  points: ({ priority, aged, tag, waitedMs }) =>
    `${priority + aged} points (${priority} of priority${tag === undefined ? '' : ` as '${tag}'`}, ${aged} for waiting ${seconds(waitedMs)} s)`,
  before: (points, next) =>
    `It had its turn with ${points}; next was ${next.interaction} in ${next.queue} with ${next.points}.`,
  firstOf: (points, waiting) => `It had its turn first of ${waiting} with ${points}.`,
  alone: (points) => `Nobody else waited; it had ${points}.`,
  ringsToo: 'It rang elsewhere already; whoever becomes free meanwhile rings too.',
  passed: (count) =>
    count === 1
      ? 'One before it was passed: nobody who was free could serve it.'
      : `${count} before it were passed: nobody who was free could serve them.`,
  others: (groups) => `The others: ${groups.join('; ')}.`,
  group: (names, verdict) => `${names} ${verdict}`,
  list: (named, more) =>
    [...named, ...(more > 0 ? [named.length > 0 ? `${more} more` : String(more)] : [])].join(', '),
  verdicts: {
    chosen: 'chosen',
    lower: 'free, but after in order',
    'less-skilled': 'free, but further from the preferred skill',
    'further-level': 'free, but of a later level',
    'just-missed': 'free, but did not take this call before',
    'not-last-agent': 'free, but did not speak with this customer last',
    'below-preference': 'below the skill that was insisted on',
    'level-closed': 'of a level whose time had not come',
    'lacks-skill': 'without a skill that is needed',
    ringing: 'ringing',
    busy: 'on a call',
    'wrap-up': 'in wrap-up',
    'held-back': 'left in peace for a moment after a refusal',
    'not-ready': 'not ready',
    unreachable: 'not reachable',
    'signed-out': 'signed out',
  },
};

export const zh: WhyWords = {
  chosen: (agent, because, { level, short }) =>
    `选中 ${agent}：${because}${level > 1 ? `；在本队列属第 ${level} 级` : ''}${short > 0 ? `；距首选技能差 ${short} 级，没有更接近的人空闲` : ''}。`,
  because: {
    lastAgent: '上次就是由他接待这位客户',
    onlyOne: '只有他空闲且能接',
    ringAll: (free) => `空闲的 ${free} 人同时振铃`,
    level: (free) => `空闲的 ${free} 人中，属于最先一级`,
    skill: (free) => `空闲的 ${free} 人中，最接近首选技能`,
    idle: (free, since) => `空闲的 ${free} 人中，空闲最久（自 ${since} 起）`,
    fewest: (free, calls) => `空闲的 ${free} 人中，今天接得最少（${calls} 通）`,
    occupied: (free, percent) => `空闲的 ${free} 人中，今天最不忙（${percent}%）`,
    turn: (free) => `空闲的 ${free} 人中，轮到他`,
    lot: (free) => `空闲的 ${free} 人中，抽签抽中`,
    first: (free) => `空闲的 ${free} 人中，在文档里排最前`,
  },
  given: (agent, by, waitedMs) =>
    `由 ${by} 指定派给 ${agent}（已等待 ${seconds(waitedMs)} 秒），不按队列次序，也不论他人先后。`,
  relaxed: ({ skill, from, to, afterMs }) =>
    to === 0
      ? `等待 ${seconds(afterMs)} 秒后，不再坚持 ${skill} ${from} 级。`
      : `等待 ${seconds(afterMs)} 秒后，${skill} 由 ${from} 级放宽到 ${to} 级。`,
  lastAgent: (agent, state) =>
    ({
      'not-there': `上次接待的 ${agent} 不在岗。`,
      'not-in-time': `上次接待的 ${agent} 没能及时空出来。`,
      missed: `上次接待的 ${agent} 没有接。`,
    })[state],
  points: ({ priority, aged, tag, waitedMs }) =>
    `${priority + aged} 分（优先级 ${priority}${tag === undefined ? '' : `，标签“${tag}”`}，等待 ${seconds(waitedMs)} 秒加 ${aged}）`,
  before: (points, next) =>
    `它以 ${points}先得；下一个是 ${next.queue} 的 ${next.interaction}，${next.points} 分。`,
  firstOf: (points, waiting) => `${waiting} 个等待者中它排最前，${points}。`,
  alone: (points) => `没有别人在等；它有 ${points}。`,
  ringsToo: '它已在别处振铃；其间空出来的人也一起振铃。',
  passed: (count) => `排在前面的 ${count} 个被跳过：空闲的人都不能接。`,
  others: (groups) => `其余：${groups.join('；')}。`,
  group: (names, verdict) => `${names}（${verdict}）`,
  list: (named, more) =>
    [...named, ...(more > 0 ? [named.length > 0 ? `另 ${more} 人` : `${more} 人`] : [])].join('、'),
  verdicts: {
    chosen: '选中',
    lower: '空闲，但次序在后',
    'less-skilled': '空闲，但离首选技能更远',
    'further-level': '空闲，但级别在后',
    'just-missed': '空闲，但刚才没接这通',
    'not-last-agent': '空闲，但上次不是由他接待',
    'below-preference': '低于当时坚持的技能级别',
    'level-closed': '所属级别尚未放开',
    'lacks-skill': '缺少必需的技能',
    ringing: '正在振铃',
    busy: '通话中',
    'wrap-up': '整理中',
    'held-back': '刚拒接，稍候',
    'not-ready': '示忙',
    unreachable: '话机失联',
    'signed-out': '已签出',
  },
};

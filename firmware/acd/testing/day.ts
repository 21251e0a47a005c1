/** A day of a call centre, generated from a seed: who calls when, how long he would wait and talk, who is on duty and how. */
import type { Queue } from '@branchline/contracts/branch/queues/model';
import { queueOf } from '../bench.ts';
import { planOf, type AcdPlan, type AgentPlan } from '../plan.ts';
import { chance, type Chance } from './chance.ts';

export const DAY = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const MINUTE = 60_000;

export interface Caller {
  readonly id: string;
  readonly at: number;
  readonly skill: string;
  readonly customer: string;
  readonly vip: boolean;
  /** He hangs up after so long. */
  readonly patienceMs: number;
  readonly talkMs: number;
}

export interface Duty {
  readonly agent: string;
  readonly from: number;
  readonly until: number;
  readonly breaks: readonly { readonly at: number; readonly ms: number }[];
}

export interface Day {
  readonly skills: readonly string[];
  readonly agents: readonly AgentPlan[];
  readonly duties: readonly Duty[];
  readonly callers: readonly Caller[];
  /** From the moment a telephone rings to the moment it is answered; undefined: it is not. */
  readonly answerAfter: (caller: string, attempt: number) => number | undefined;
}

export interface DayOptions {
  readonly seed: number;
  readonly agents: number;
  /** At the busiest hour. */
  readonly callsAnHour: number;
  readonly talkMs: number;
}

/** Share of the busiest hour's calls, hour by hour from 8 to 20. */
const PROFILE = [0.4, 0.8, 1, 1, 0.7, 0.6, 0.85, 1, 0.95, 0.7, 0.45, 0.25];
export const SKILLS = ['order', 'refund', 'repair', 'english'] as const;
/** From this level on an agent counts as skilled. */
export const SKILLED = 3;
export const WRAP_UP_MS = 15_000;
export const RING_MS = 15_000;

export function dayOf({ seed, agents: count, callsAnHour, talkMs }: DayOptions): Day {
  const draw = chance(seed);
  const agents = Array.from({ length: count }, (_, index) => agentOf(draw, index));
  return {
    skills: SKILLS,
    agents,
    duties: agents.map(({ id }, index) => dutyOf(draw, id, index)),
    callers: callersOf(draw, callsAnHour, talkMs),
    answerAfter: (caller, attempt) => {
      const own = chance(seed ^ numberOf(`${caller}/${attempt}`));
      return own.next() < 0.02 ? undefined : 1_500 + Math.round(own.exponential(2_000));
    },
  };
}

function agentOf(draw: Chance, index: number): AgentPlan {
  const own = SKILLS[index % SKILLS.length] ?? SKILLS[0];
  const skills = Object.fromEntries(
    SKILLS.flatMap((skill): [string, number][] => {
      if (skill === own) return [[skill, 3 + Math.floor(draw.next() * 3)]];
      const knows = draw.next();
      if (knows < 0.3) return [[skill, 3]];
      return knows < 0.85 ? [[skill, 1 + Math.floor(draw.next() * 2)]] : [];
    }),
  );
  const queues = Object.fromEntries(SKILLS.filter((skill) => skills[skill]).map((skill) => [skill, 1]));
  return { id: `a${String(index).padStart(3, '0')}`, queues, skills, atOnce: 1 };
}

function dutyOf(draw: Chance, agent: string, index: number): Duty {
  const from = DAY + (8 + (index % 3) * 2) * HOUR;
  const until = from + 8 * HOUR;
  const breaks = [2, 4, 6].map((hour) => ({
    at: from + hour * HOUR + Math.floor(draw.next() * 40 * MINUTE),
    ms: (hour === 4 ? 30 : 10) * MINUTE,
  }));
  return { agent, from, until, breaks };
}

function callersOf(draw: Chance, callsAnHour: number, talkMs: number): Caller[] {
  const callers: Caller[] = [];
  PROFILE.forEach((share, index) => {
    const begin = DAY + (8 + index) * HOUR;
    const gap = HOUR / (callsAnHour * share);
    for (let at = begin + draw.exponential(gap); at < begin + HOUR; at += draw.exponential(gap))
      callers.push({
        id: `c${callers.length}`,
        at: Math.round(at),
        skill: draw.pick(SKILLS),
        customer: `+86139${String(Math.floor(draw.next() * 20_000)).padStart(8, '0')}`,
        vip: draw.next() < 0.05,
        patienceMs: 10_000 + Math.round(draw.exponential(6 * MINUTE)),
        talkMs: Math.max(10_000, Math.round(draw.logNormal(talkMs, 0.6))),
      });
  });
  return callers;
}

function numberOf(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i += 1) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0;
  return value;
}

/** The queues of such a day in our words: one for each skill, the skilled first and after 20 s whoever knows it at all. */
export function planOfDay(day: Day, more: Partial<Queue> = {}): AcdPlan {
  const queues = day.skills.map((skill): [string, Queue] => [
    skill,
    queueOf(skill, {
      needs: { [skill]: 1 },
      prefers: { [skill]: SKILLED },
      relax: [{ afterMs: 20_000, insists: {} }],
      priority: { default: 0, tags: { vip: 10 }, ageingPerMinute: 1 },
      ringMs: RING_MS,
      wrapUpMs: WRAP_UP_MS,
      ...more,
    }),
  ]);
  return planOf({ queues: Object.fromEntries(queues), agents: day.agents });
}

/** Everything about a branch that somebody should know, the gravest first. Pure. */
import { alarms as catalogue, type AlarmCode } from '@branchline/contracts/alarms';
import { say } from '../../words/say.ts';
import type { AlarmFacts, Facts } from './facts.ts';
import { lineMatters, phoneMatters } from './line-matters.ts';
import type { Matter } from './matter.ts';
import { queueMatters } from './queue-matters.ts';

/** `now` in ms since 1970, by the service's clock. */
export function matters(facts: Facts, now: number): Matter[] {
  const all = [
    ...presenceMatters(facts, now),
    ...engineMatters(facts),
    ...powerMatters(facts),
    ...lineMatters(facts),
    ...phoneMatters(facts),
    ...queueMatters(facts, now),
    ...alarmMatters(facts),
  ];
  return all.sort((a, b) => b.weight - a.weight);
}

function presenceMatters({ presence }: Facts, now: number): Matter[] {
  if (!presence || presence.online) return [];
  const shared = { tone: 'bad', weight: 96, place: null } as const;
  if (presence.since === null) {
    return [{ ...shared, says: say('sentence.offlineNever'), next: say('sentence.offlineNeverNext') }];
  }
  const age = { span: Math.max(0, now - Date.parse(presence.since)) };
  const says = say('sentence.offline', { at: { at: presence.since }, age });
  return [{ ...shared, says, next: say('sentence.offlineNext') }];
}

function engineMatters({ engine }: Facts): Matter[] {
  if (!engine || engine.state === 'up') return [];
  const key = engine.state === 'down' ? 'sentence.engineDown' : 'sentence.engineSilent';
  const says = say(key, { at: { at: engine.since } });
  return [{ tone: 'bad', weight: 95, says, next: say('sentence.engineNext'), place: null }];
}

const toldByPower = (power: Facts['power']): power is NonNullable<Facts['power']> =>
  power?.state === 'battery' || power?.state === 'low';

function powerMatters({ power }: Facts): Matter[] {
  if (!toldByPower(power)) return [];
  const low = power.state === 'low';
  const holes = { at: { at: power.since } };
  const says =
    power.minutesLeft === null
      ? say(low ? 'sentence.batteryLowUntold' : 'sentence.onBatteryUntold', holes)
      : say(low ? 'sentence.batteryLow' : 'sentence.onBattery', {
          ...holes,
          time: { span: power.minutesLeft * 60_000 },
        });
  const next = say(power.asks ? 'sentence.powerAskedNext' : 'sentence.powerNext');
  return [{ tone: 'bad', weight: low ? 94 : 58, says, next, place: null }];
}

/** These are told already, and better, from what is seen now. */
const TOLD_BY_FACTS: readonly string[] = ['engine-down', 'trunk-down', 'trunk-degraded', 'phone-unreachable'];

const WEIGHT = { critical: 84, major: 55, warning: 32, info: 10 } as const;
const TONE = { critical: 'bad', major: 'bad', warning: 'warn', info: 'note' } as const;

function alarmMatters({ alarms, power }: Facts): Matter[] {
  const told = toldByPower(power) ? [...TOLD_BY_FACTS, 'on-battery', 'battery-low'] : TOLD_BY_FACTS;
  return alarms.filter((alarm) => !told.includes(alarm.code)).map(alarmMatter);
}

function alarmMatter(alarm: AlarmFacts): Matter {
  const at = { at: alarm.since };
  if (alarm.code === 'emergency-call') {
    const says = say('sentence.emergency', { who: alarm.subject, at });
    return { tone: 'bad', weight: 100, says, next: say('sentence.emergencyNext'), place: 'calls' };
  }
  const entry = Object.hasOwn(catalogue, alarm.code) ? catalogue[alarm.code as AlarmCode] : undefined;
  const title = entry ? { text: entry.title } : alarm.code;
  return {
    tone: TONE[alarm.severity],
    weight: WEIGHT[alarm.severity],
    says: say('sentence.alarm', { title, subject: alarm.subject, at }),
    next: entry ? say('sentence.advice', { advice: { text: entry.advice } }) : null,
    place: alarm.code === 'document-rejected' ? 'setup' : null,
  };
}

/** What there is to say about lines and phones. */
import { say, type Hole } from '../../words/say.ts';
import type { Facts, TrunkFacts } from './facts.ts';
import type { Matter } from './matter.ts';

export function lineMatters({ trunks }: Facts): Matter[] {
  if (trunks === null) return [];
  const place = 'lines' as const;
  if (trunks.length === 0) {
    return [
      {
        tone: 'warn',
        weight: 45,
        says: say('sentence.noTrunk'),
        next: say('sentence.noTrunkNext'),
        place: 'setup',
      },
    ];
  }
  const down = trunks.filter((trunk) => trunk.state === 'down');
  const next = say('sentence.lineNext');
  if (down.length === trunks.length) {
    const since = down
      .map((trunk) => trunk.since ?? '')
      .sort()
      .at(-1);
    const says = since ? say('sentence.noLine', { at: { at: since } }) : say('sentence.noLineUnknown');
    return [{ tone: 'bad', weight: 90, says, next, place }];
  }
  const able = trunks.filter((trunk) => trunk.state !== 'down' && trunk.state !== 'draining');
  // What is drained is tried when nothing else is left.
  const left = able.length > 0 ? able : trunks.filter((trunk) => trunk.state === 'draining');
  return [
    ...down.map((trunk): Matter => ({ tone: 'bad', weight: 70, says: lostLine(trunk, left), next, place })),
    ...trunks.flatMap((trunk) => halfMatter(trunk) ?? []),
    ...trunks
      .filter((trunk) => trunk.state === 'unknown')
      .map((trunk): Matter => ({
        tone: 'note',
        weight: 15,
        says: say('sentence.lineUnknown', { line: trunk.name }),
        next: say('sentence.lineUnknownNext'),
        place,
      })),
  ];
}

/** One that takes calls, but not as it should; or that was taken out of service. */
function halfMatter({ name: line, state, since }: TrunkFacts): Matter | undefined {
  const at: Hole | undefined = since === null ? undefined : { at: since };
  if (state === 'degraded') {
    const says = at ? say('trunk.degradedLine', { line, at }) : say('trunk.degradedLineUnknown', { line });
    return { tone: 'warn', weight: 50, says, next: say('trunk.degradedNext'), place: 'lines' };
  }
  if (state !== 'draining') return undefined;
  const says = at ? say('trunk.drainingLine', { line, at }) : say('trunk.drainingLineUnknown', { line });
  return { tone: 'warn', weight: 44, says, next: say('trunk.drainingNext'), place: 'lines' };
}

function lostLine(trunk: TrunkFacts, left: readonly TrunkFacts[]) {
  const holes: Record<string, Hole> = {
    line: trunk.name,
    others: { list: left.map((other) => other.name) },
    free: left.reduce((sum, other) => sum + Math.max(0, other.channels - other.calls), 0),
  };
  return trunk.since === null
    ? say('sentence.lineLostUnknown', holes)
    : say('sentence.lineLost', { ...holes, at: { at: trunk.since } });
}

export function phoneMatters({ phones, alarms }: Facts): Matter[] {
  const gone = phones.filter((phone) => !phone.reachable);
  const [first] = gone;
  if (!first) return [];
  const shared = { tone: 'warn', weight: 40, next: say('sentence.phoneNext'), place: 'lines' } as const;
  // The alarm of what they share tells of all of them.
  if (gone.length > 2 && alarms.some(({ code, aside }) => code === 'phones-unreachable' && !aside)) return [];
  if (gone.length > 2) return [{ ...shared, says: say('sentence.phonesGone', { count: gone.length }) }];
  return gone.map((phone) => {
    const name: Hole = phone.person ? { list: [{ text: phone.person }, phone.name] } : phone.name;
    const says = phone.since
      ? say('sentence.phoneGone', { phone: name, at: { at: phone.since } })
      : say('sentence.phoneGoneUnknown', { phone: name });
    return { ...shared, says };
  });
}

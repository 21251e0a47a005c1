/** Whether a release may take the place of the one that runs. */
import { compareVersions, hindrance } from '@branchline/contracts/release';
import type { Here, Offer, Refusal, ReleaseHead, ReleaseRules, Wellness } from './state.ts';

/** Undefined when it may. */
export function refusal(release: ReleaseHead, back: boolean, { running, engine }: Here): Refusal | undefined {
  const newer = compareVersions(release.version, running.version);
  if (newer === 0) return 'running-already';
  if (release.architecture !== running.architecture) return 'architecture';
  if (engine !== undefined && compareVersions(engine, release.engine) < 0) return 'engine-too-old';
  if (newer < 0 && !back) return 'older';
  if (hindrance(running, release) !== undefined) return 'data';
  if (hindrance(release, running) !== undefined) return 'no-way-back';
  return undefined;
}

/** The archive and its files lie beside each other for a while. */
export const fits = ({ bytes, unpackedBytes }: Offer, { room }: Here): boolean =>
  bytes + unpackedBytes <= room;

/** What was well before and is not now. */
export function lostOf(before: Wellness, now: Wellness, { phonesShare }: ReleaseRules): string[] {
  const lost = before.well.filter((name) => !now.well.includes(name));
  return now.phones < Math.floor(before.phones * phonesShare) ? [...lost, 'phones'] : lost;
}

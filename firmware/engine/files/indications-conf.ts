/** The tones of the branch's country. Sources: ITU-T E.180 supplement 2 (various tones used in national networks). */
import type { EngineSite } from '../settings.ts';
import { file, section } from './text.ts';

interface Tones {
  readonly cadence: string;
  readonly dial: string;
  readonly busy: string;
  readonly ring: string;
  readonly congestion: string;
  readonly waiting: string;
}

const tones = (
  cadence: string,
  dial: string,
  busy: string,
  ring: string,
  congestion: string,
  waiting: string,
): Tones => ({ cadence, dial, busy, ring, congestion, waiting });

const BY_COUNTRY: Readonly<Record<string, Tones>> = {
  CN: tones('1000,4000', '450', '450/350,0/350', '450/1000,0/4000', '450/700,0/700', '450/400,0/4000'),
  HK: tones(
    '400,200,400,3000',
    '350+440',
    '480+620/500,0/500',
    '440+480/400,0/200,440+480/400,0/3000',
    '480+620/250,0/250',
    '440/500,0/8000',
  ),
  SG: tones(
    '400,200,400,2000',
    '425',
    '425/750,0/750',
    '425*24/400,0/200,425*24/400,0/2000',
    '425/250,0/250',
    '425*24/300,0/200,425*24/300,0/3200',
  ),
  JP: tones('1000,2000', '400', '400/500,0/500', '400+15/1000,0/2000', '400/500,0/500', '400+16/500,0/8000'),
  GB: tones(
    '400,200,400,2000',
    '350+440',
    '400/375,0/375',
    '400+450/400,0/200,400+450/400,0/2000',
    '400/400,0/350,400/225,0/525',
    '400/100,0/4000',
  ),
  DE: tones(
    '1000,4000',
    '425',
    '425/480,0/480',
    '425/1000,0/4000',
    '425/240,0/240',
    '425/200,0/200,425/200,0/5000',
  ),
  FR: tones('1500,3500', '440', '440/500,0/500', '440/1500,0/3500', '440/250,0/250', '440/300,0/10000'),
  US: tones(
    '2000,4000',
    '350+440',
    '480+620/500,0/500',
    '440+480/2000,0/4000',
    '480+620/250,0/250',
    '440/300,0/10000',
  ),
};

/** A country without an entry hears the tones of ITU-T E.180's recommendation, 425 Hz. */
const RECOMMENDED = tones(
  '1000,4000',
  '425',
  '425/500,0/500',
  '425/1000,0/4000',
  '425/250,0/250',
  '425/200,0/600,425/200,0/10000',
);

/** The zone's name in the engine: the country in small letters. */
export const toneZone = (country: string): string => country.toLowerCase();

export function indicationsConf({ branch }: EngineSite): string {
  const zone = toneZone(branch.site.country);
  const chosen = BY_COUNTRY[branch.site.country] ?? RECOMMENDED;
  return file(
    section('general', [['country', zone]]),
    section(zone, [
      ['description', zone],
      ['ringcadence', chosen.cadence],
      ['dial', chosen.dial],
      ['busy', chosen.busy],
      ['ring', chosen.ring],
      ['congestion', chosen.congestion],
      ['callwaiting', chosen.waiting],
      ['record', '1400/500,0/15000'],
      ['info', '950/330,1400/330,1800/330,0/1000'],
    ]),
  );
}

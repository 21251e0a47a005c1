/**
 * What a number is by the plan of its country: its international form (ITU-T E.164), and what calling it means. By Google's data,
 * through libphonenumber-js, which this file alone knows. Pure.
 */
import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/core';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/core';
import data from 'libphonenumber-js/metadata.max.json';
import type { PaidClass } from '@branchline/contracts/branch/model';

export interface Numbered {
  /** E.164, with its plus. */
  readonly number: string;
  readonly class: PaidClass;
}

/** Satellites and services of no country: ITU-T E.164 list of assigned codes. What a minute costs there, nobody expects. */
const DEAR_CODES: ReadonlySet<string> = new Set(['870', '878', '881', '882', '883', '888', '979']);

/**
 * Of a number as it is dialled in a country (ISO 3166-1 alpha-2); `area` without the national prefix, where the branch has said its own.
 * Undefined for what the country's plan does not know, such as a service of one network, and for a country that has no plan here.
 */
export function numbered(country: string, area: string | undefined, dialled: string): Numbered | undefined {
  if (!isKnown(country)) return undefined;
  const parsed = parse(country, dialled);
  if (parsed && isMobile(parsed)) return classified(parsed, country, area);
  const local = area === undefined ? undefined : ofArea(country, area, dialled);
  const found = local ?? parsed;
  return found && classified(found, country, area);
}

const isKnown = (country: string): country is CountryCode => isSupportedCountry(country as CountryCode, data);

function parse(country: CountryCode, text: string): PhoneNumber | undefined {
  const found = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false }, data);
  return found?.isValid() === true ? found : undefined;
}

/** What is dialled without an area code is of the branch's own area. Fewer digits are a service's. */
function ofArea(country: CountryCode, area: string, dialled: string): PhoneNumber | undefined {
  if (!/^[1-9]\d{5,8}$/.test(dialled)) return undefined;
  const found = parse(country, `+${getCountryCallingCode(country, data)}${area}${dialled}`);
  return found && !isMobile(found) ? found : undefined;
}

const isMobile = (found: PhoneNumber): boolean => found.getType() === 'MOBILE';

function classified(found: PhoneNumber, country: CountryCode, area: string | undefined): Numbered {
  const { number, countryCallingCode, nationalNumber } = found;
  const type = found.getType();
  if (type === 'PREMIUM_RATE' || DEAR_CODES.has(countryCallingCode)) return { number, class: 'premium' };
  // One calling code may be several countries', as +1 is.
  const isHome =
    countryCallingCode === getCountryCallingCode(country, data) &&
    (found.country === undefined || found.country === country);
  if (!isHome) return { number, class: 'international' };
  if (type === 'MOBILE') return { number, class: 'mobile' };
  const isLocal = area !== undefined && nationalNumber.startsWith(area);
  return { number, class: isLocal ? 'local' : 'national' };
}

/** By how much of a foreign number one place is told from another: '+44' of a landline there, '+882' of a satellite. */
export function foreignPrefix(number: string): string {
  const found = parsePhoneNumberFromString(number, data);
  return found ? `+${found.countryCallingCode}` : number.slice(0, 4);
}

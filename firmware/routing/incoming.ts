/** Which entry of `numbers` a gateway's called number means. Gateways differ in how much of the number they send. */
import type { Branch, InboundNumber } from '@branchline/contracts/branch/model';
import { diallingPlan } from '@branchline/contracts/branch/countries';
import { numbered } from './numbering.ts';

/** Gateways that send an extension part only must send at least this many digits for it to be one number's alone. */
const FEWEST_DIGITS = 3;
/** A national number with its area has at least this many digits in every country of the table. */
const FULL_DIGITS = 8;

export function numberDialled(branch: Branch, dialled: string): InboundNumber | undefined {
  const all = Object.values(branch.numbers);
  const full = fullNumber(branch.site.country, dialled);
  const exact = all.find((entry) => entry.number === full);
  if (exact) return exact;
  const digits = dialled.replace(/\D/g, '');
  if (digits.length < FEWEST_DIGITS) return undefined;
  const ending = all.filter((entry) => entry.number.endsWith(digits));
  return ending.length === 1 ? ending[0] : undefined;
}

/**
 * '+8657186001000' of '057186001000', '0086571...' or '+86571...' in China, '+8613900000001' of '13900000001'.
 * What cannot be told for certain, such as a local number without its area, stays as it came.
 */
export function fullNumber(country: string, dialled: string): string {
  const digits = dialled.replace(/[^\d+]/g, '');
  const plan = diallingPlan(country);
  if (digits.startsWith('+')) return digits;
  if (!plan) return numbered(country, undefined, digits)?.number ?? digits;
  const { callingCode, internationalPrefix, nationalPrefix, mobile } = plan;
  if (digits.startsWith(internationalPrefix)) return `+${digits.slice(internationalPrefix.length)}`;
  if (nationalPrefix !== '' && digits.startsWith(nationalPrefix))
    return `+${callingCode}${digits.slice(nationalPrefix.length)}`;
  if (mobile.test(digits)) return `+${callingCode}${digits}`;
  return digits.startsWith(callingCode) && digits.length >= callingCode.length + FULL_DIGITS
    ? `+${digits}`
    : digits;
}

/** The trunk that brings a number through a gateway; the gateway's first trunk when no block names the number. */
export function trunkOf(branch: Branch, gateway: string, number: string | undefined): string | undefined {
  const trunks = Object.values(branch.trunks).filter((trunk) => trunk.gateway === gateway);
  const owning = trunks.find((trunk) =>
    trunk.numbers.some(
      ({ first, last }) =>
        number !== undefined && number >= first && number <= last && number.length === first.length,
    ),
  );
  return (owning ?? trunks[0])?.name;
}

/** What a country's dialling plan means to a branch. Sources: ITU-T E.164 national numbering plans, ITU-T E.161 Annex (emergency). */

export interface DiallingPlan {
  /** Country calling code without plus. */
  readonly callingCode: string;
  /** Prefix dialled before an international number. */
  readonly internationalPrefix: string;
  /** Prefix dialled before a national number; '' where there is none. */
  readonly nationalPrefix: string;
  /** Mobile numbers, as a pattern over the national significant number. */
  readonly mobile: RegExp;
  readonly emergency: readonly string[];
}

const plan = (
  callingCode: string,
  internationalPrefix: string,
  nationalPrefix: string,
  mobile: RegExp,
  emergency: readonly string[],
): DiallingPlan => ({ callingCode, internationalPrefix, nationalPrefix, mobile, emergency });

const PLANS: Readonly<Record<string, DiallingPlan>> = {
  CN: plan('86', '00', '0', /^1[3-9]\d{9}$/, ['110', '119', '120', '122', '112']),
  HK: plan('852', '001', '', /^[4-9]\d{7}$/, ['999', '112']),
  SG: plan('65', '00', '', /^[89]\d{7}$/, ['995', '999', '112']),
  JP: plan('81', '010', '0', /^[789]0\d{8}$/, ['110', '119', '118']),
  GB: plan('44', '00', '0', /^7\d{9}$/, ['999', '112']),
  DE: plan('49', '00', '0', /^1[567]\d{8,9}$/, ['110', '112']),
  FR: plan('33', '00', '0', /^[67]\d{8}$/, ['15', '17', '18', '112']),
  US: plan('1', '011', '1', /^(?!)$/, ['911']),
};

export const KNOWN_COUNTRIES: readonly string[] = Object.keys(PLANS);

export function diallingPlan(country: string): DiallingPlan | undefined {
  return PLANS[country];
}

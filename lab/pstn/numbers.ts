/** How a number is dialled within its own country: a mobile number as it is, others after a 0, foreign ones after 00. */
export function nationalForm(e164: string, countryCode: string): string {
  const prefix = `+${countryCode}`;
  if (!e164.startsWith(prefix)) return `00${e164.slice(1)}`;
  const rest = e164.slice(prefix.length);
  return /^1[3-9]\d{9}$/.test(rest) ? rest : `0${rest}`;
}

const MOST_NUMBERS = 1_000;

/** The numbers of a block, inclusive. */
export function eachNumber(first: string, last: string): readonly string[] {
  const from = BigInt(first.slice(1));
  const count = Number(BigInt(last.slice(1)) - from) + 1;
  if (!(count >= 1 && count <= MOST_NUMBERS)) {
    throw new Error(`'${first}' to '${last}' is not a block of 1 to ${MOST_NUMBERS} numbers.`);
  }
  return Array.from({ length: count }, (_, i) => `+${from + BigInt(i)}`);
}

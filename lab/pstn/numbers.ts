/** How a number is dialled within its own country: a mobile number as it is, others after a 0, foreign ones after 00. */
export function nationalForm(e164: string, countryCode: string): string {
  const prefix = `+${countryCode}`;
  if (!e164.startsWith(prefix)) return `00${e164.slice(1)}`;
  const rest = e164.slice(prefix.length);
  return /^1[3-9]\d{9}$/.test(rest) ? rest : `0${rest}`;
}

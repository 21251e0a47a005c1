/**
 * The E-model (ITU-T G.107) with all but delay and loss at their defaults, for G.711: R = 93.2 - Idd - Ie-eff (§7.1). Echo (Idte, Idle)
 * is left out: telephones and gateways cancel it, and the box cannot measure it.
 */

export interface Path {
  /** 0 to 100. */
  readonly lostPercent: number;
  /** One way, mouth to ear, as far as it is known. */
  readonly delayMs: number;
}

/** With all parameters at their defaults (G.107, §7.7). */
const R_DEFAULT = 93.2;
/** G.113, Appendix I: G.711 has no impairment of its own, and stands loss so well where the receiver conceals it (G.711, Appendix I). */
const IE = 0;
const BPL = 25.1;

/** The transmission rating: 93.2 at best, below 0 for what nobody can use. */
export const rating = ({ lostPercent, delayMs }: Path): number =>
  R_DEFAULT - delayImpairment(delayMs) - lossImpairment(lostPercent);

/** Idd (G.107, §7.4), with the default sensitivity to delay. */
export function delayImpairment(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** Ie-eff (G.107, §7.5) for loss at random (BurstR = 1). */
export const lossImpairment = (lostPercent: number): number =>
  IE + (95 - IE) * (lostPercent / (lostPercent + BPL));

/** G.107, Annex B. 1 to 4.5; the polynomial falls a little below 1 for a small R. */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

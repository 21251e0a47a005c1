/** Whoever dials it at the pair hears a tone of 1,004 Hz. */
export const PAIR_NUMBER = '8399';
export const PAIR_TONE_HZ = 1_004;

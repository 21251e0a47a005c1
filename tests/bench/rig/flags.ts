/**
 * The flags of Node that the box's service is started with, everywhere. The young generation of the heap grows to 16 MB and
 * more in the burst of a start and never shrinks again: 1 MB is enough for calls.
 */
export const BOX_FLAGS: readonly string[] = ['--max-semi-space-size=1'];

/** Of headquarters' unit. */
export const HQ_FLAGS: readonly string[] = ['--enable-source-maps'];

/** What passes between headquarters and a box when its page is seen through headquarters: which headers, and no others. */

/** Headquarters asks `OPTIONS *` first; the box answers with the command that it was told to connect by. */
export const COMMAND_HEADER = 'branchline-command';

/**
 * No cookie and no credential in either direction, no address of either side, nothing of a connection: whoever is meant is known by the
 * connection itself.
 */
const PASSED = {
  request: [
    'accept',
    'accept-encoding',
    'accept-language',
    'cache-control',
    'content-type',
    'content-length',
    'if-modified-since',
    'if-none-match',
    'last-event-id',
    'range',
    'user-agent',
  ],
  answer: [
    'accept-ranges',
    'cache-control',
    'content-disposition',
    'content-encoding',
    'content-language',
    'content-length',
    'content-range',
    'content-security-policy',
    'content-type',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'etag',
    'last-modified',
    'origin-agent-cluster',
    'referrer-policy',
    'retry-after',
    'vary',
    'x-accel-buffering',
    'x-content-type-options',
    'x-frame-options',
  ],
} as const;

export function passOn(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  side: keyof typeof PASSED,
): Record<string, string> {
  return Object.fromEntries(
    PASSED[side].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

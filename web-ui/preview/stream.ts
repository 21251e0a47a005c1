/** The live stream of the preview: a snapshot, changes on a beat, heartbeats. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export function stream(
  request: IncomingMessage,
  response: ServerResponse,
  snapshot: unknown,
  beatMs: number,
  change: (beat: number) => unknown,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (event: string, data: unknown): boolean =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send('snapshot', snapshot);
  let beat = 0;
  const timer = setInterval(() => {
    const data = change(beat++);
    if (data === undefined) response.write(': still here\n\n');
    else send('change', data);
  }, beatMs);
  request.on('close', () => clearInterval(timer));
}

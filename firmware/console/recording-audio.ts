/** A finished recording as a file that a player can seek in (RFC 9110 §14, byte ranges). */
import { basename, dirname } from 'node:path';
import type { Request, Response } from 'express';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { ConsoleNeeds } from './needs.ts';

export async function sendRecording(
  recordings: Pick<ConsoleNeeds['recordings'], 'find'>,
  recording: string,
  response: Response,
): Promise<void> {
  const found = recordings.find(recording);
  if (!found) throw notFound('recording of that name');
  if (!found.finished) throw NOT_FINISHED;
  response.set({ 'Content-Type': 'audio/wav', 'Cache-Control': 'private, no-cache' });
  await sent(response, found.path);
}

/** A player asks in pieces; one hearing is one look at its beginning. */
export function startsHearing(request: Request): boolean {
  return request.method === 'GET' && /^(bytes=0-|$)/.test(request.get('range') ?? '');
}

/** The folder is given as root, because dots in its own path are nobody's business here. */
function sent(response: Response, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(basename(path), { root: dirname(path), dotfiles: 'allow' }, (error) => {
      const fault = error as (NodeJS.ErrnoException & { status?: number }) | undefined;
      if (!fault || fault.code === 'ECONNABORTED' || response.headersSent) resolve();
      else reject(asProblem(fault));
    });
  });
}

function asProblem(fault: NodeJS.ErrnoException & { status?: number }): Error {
  if (fault.status === 416) return OUT_OF_RANGE;
  return fault.status === 404 ? notFound('sound any more for this recording') : fault;
}

const NOT_FINISHED = new HttpProblem(409, {
  code: 'recording-not-finished',
  message: 'This recording is still being made.',
  remedy: 'Listen when the call has ended.',
});

const OUT_OF_RANGE = new HttpProblem(416, {
  code: 'out-of-range',
  message: 'The recording is shorter than the range asked for.',
  field: 'header.range',
  remedy: 'Ask for a range within the recording.',
});

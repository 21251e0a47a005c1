/** A page of somebody else must not act with a signed-in person's cookie: what changes something must come from our own page. */
import type { RequestHandler } from 'express';
import { HttpProblem } from './problem.ts';

/**
 * Browsers send Origin with every POST; a program that is no browser sends none and has no cookie to be abused.
 * Sec-Fetch-Site is looked at where Origin is missing.
 */
export const requireOwnOrigin: RequestHandler = (request, _response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return void next();
  const origin = request.get('origin');
  const site = request.get('sec-fetch-site');
  const own =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : origin === `${request.protocol}://${request.get('host') ?? ''}`;
  if (own) return void next();
  next(
    new HttpProblem(403, {
      code: 'origin-refused',
      message: 'This request comes from another page.',
      field: 'header.origin',
      value: (origin ?? site ?? '').slice(0, 200),
      remedy: 'Open the page of this service itself and try there.',
    }),
  );
};

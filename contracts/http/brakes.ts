/** Extensions that the fraud brake has stopped, in the API of the box's page. */
import * as z from 'zod';
import { route } from './route.ts';

export const stoppedExtension = z.object({
  extension: z.string(),
  since: z.iso.datetime(),
  /** What it called, or tried to: prefixes abroad. */
  detail: z.string(),
});
export type StoppedExtension = z.infer<typeof stoppedExtension>;

export const brakeRoutes = {
  stoppedExtensions: route({
    method: 'get',
    path: '/api/brakes',
    access: 'session',
    says: 'the extensions that the fraud brake has stopped: they call inside, and in an emergency',
    response: z.object({ stopped: z.array(stoppedExtension) }),
  }),
  releaseExtension: route({
    method: 'delete',
    path: '/api/brakes/{extension}',
    access: 'session',
    says: 'let an extension call out again that the fraud brake has stopped',
    response: z.object({ extension: z.string() }),
  }),
} as const;

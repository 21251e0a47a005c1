/** Power in the API of the box's page. */
import * as z from 'zod';
import { route } from './route.ts';

export const powerRoutes = {
  testUps: route({
    method: 'post',
    path: '/api/power/ups/{ups}/test',
    access: 'session',
    says: 'have a UPS test its battery for some seconds now; what came of it is in the health report and in the ledger',
    body: z.strictObject({}),
    response: z.object({ ups: z.string() }),
  }),
} as const;

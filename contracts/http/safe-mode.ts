/** Safe mode in the API of the box's page. */
import * as z from 'zod';
import { route } from './route.ts';

export const safeModeRoutes = {
  leaveSafeMode: route({
    method: 'post',
    path: '/api/safe-mode/leave',
    access: 'session',
    says: 'leave safe mode: the service is started again and does its work. Whether it is in safe mode is in the health report',
    body: z.strictObject({}),
    response: z.object({ left: z.literal(true) }),
  }),
} as const;

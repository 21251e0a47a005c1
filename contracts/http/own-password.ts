/** A person's change of his own password, the same at the box and at headquarters. */
import * as z from 'zod';
import { route } from './route.ts';

/** In signs. Long rather than intricate. */
export const PASSWORD_LENGTH = { least: 12, most: 200 } as const;

export const ownPasswordRoutes = {
  ownPassword: route({
    method: 'post',
    path: '/api/own-password',
    access: 'session',
    needs: 'self',
    says: 'change the password that one signs in with; every other session that it has opened ends',
    body: z.strictObject({
      now: z.string().min(1).max(200),
      becomes: z
        .string()
        .min(PASSWORD_LENGTH.least, `write at least ${PASSWORD_LENGTH.least} signs`)
        .max(PASSWORD_LENGTH.most),
    }),
    response: z.object({ ok: z.literal(true) }),
  }),
} as const;

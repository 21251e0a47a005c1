/** People at headquarters: who may come in, and what each may do. */
import * as z from 'zod';
import { TOPIC_NAME } from '../topic-name.ts';
import { route } from './route.ts';

/**
 * owner: everything. operator: everything but people. auditor: sees everything, changes nothing. technician: sees and changes
 * what belongs to his branches.
 */
export const ROLES = ['owner', 'operator', 'auditor', 'technician'] as const;
export type Role = (typeof ROLES)[number];

export const PERSON_NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;

const name = z
  .string()
  .trim()
  .toLowerCase()
  .regex(PERSON_NAME, 'write 1 to 40 of a-z, 0-9, ., _ and -, beginning with a letter or digit');
const place = {
  role: z.enum(ROLES),
  /** Of a technician; nobody else is bound to branches. */
  branches: z.array(z.string().regex(TOPIC_NAME)).max(500).default([]),
};

export const person = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  branches: z.array(z.string()),
  madeAt: z.iso.datetime(),
  /** The latest sign-in. */
  seenAt: z.iso.datetime().nullable(),
});
export type Person = z.infer<typeof person>;

/** The password is shown this once. */
const withPassword = z.object({ name: z.string(), password: z.string() });

export const peopleRoutes = {
  people: route({
    method: 'get',
    path: '/api/people',
    access: 'session',
    needs: 'own',
    says: 'people who may sign in, and what each may do',
    response: z.object({ people: z.array(person) }),
  }),
  addPerson: route({
    method: 'post',
    path: '/api/people',
    access: 'session',
    needs: 'own',
    says: 'let a person in; the answer holds the password, once',
    body: z.strictObject({ name, ...place }),
    response: withPassword,
  }),
  changePerson: route({
    method: 'post',
    path: '/api/people/{person}',
    access: 'session',
    needs: 'own',
    says: 'give a person another role or other branches, from the next request on',
    body: z.strictObject(place),
    response: person,
  }),
  newPassword: route({
    method: 'post',
    path: '/api/people/{person}/password',
    access: 'session',
    needs: 'own',
    says: 'a new password in place of a lost one; every session of the person ends',
    response: withPassword,
  }),
  removePerson: route({
    method: 'delete',
    path: '/api/people/{person}',
    access: 'session',
    needs: 'own',
    says: 'let a person in no more; every session of the person ends',
    response: z.object({ ok: z.literal(true) }),
  }),
} as const;

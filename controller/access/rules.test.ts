import { expect, test } from 'vitest';
import { controllerRoutes } from '@branchline/contracts/http/controller';
import { ROLES, type Role } from '@branchline/contracts/http/people';
import type { Route } from '@branchline/contracts/http/route';
import { mayAsk } from './rules.ts';

const routes = Object.entries(controllerRoutes as Readonly<Record<string, Route>>);
const may = (role: Role, { needs, path }: Route, box = 'mine'): boolean =>
  mayAsk({ role, branches: ['mine'] }, needs, path.includes('{box}') ? box : undefined);

test.each(routes.filter(([, { access }]) => access === 'session'))(
  '%s says what it needs',
  (_, { needs }) => {
    expect(needs).toBeDefined();
  },
);

test('the owner may ask everything, and only he deals with people, and brings releases', () => {
  for (const [, route] of routes) {
    if (route.access === 'public') continue;
    expect(may('owner', route)).toBe(true);
    const owners =
      route.path.startsWith('/api/people') ||
      /^(post|delete) \/api\/releases/.test(`${route.method} ${route.path}`);
    expect([route.path, may('operator', route)]).toEqual([route.path, !owners]);
  }
});

test('an auditor changes nothing', () => {
  for (const [, route] of routes) {
    if (route.access === 'public' || route.needs === 'self' || !may('auditor', route)) continue;
    // A check of a document changes nothing, and is a POST for its length.
    expect([route.method, route.path]).toEqual([route.path.endsWith('/check') ? 'post' : 'get', route.path]);
  }
});

test('a technician asks about his own branches, and of no list that cannot be cut down to them', () => {
  for (const [id, route] of routes) {
    if (route.access === 'public' || !route.path.includes('{box}')) continue;
    expect([id, may('technician', route, 'another')]).toEqual([id, false]);
  }
  const { calls, call, enrolment, people } = controllerRoutes;
  expect([calls, call, enrolment, people].map((route) => may('technician', route))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a route that does not say is the owner’s alone', () => {
  expect(ROLES.filter((role) => mayAsk({ role, branches: [] }, undefined))).toEqual(['owner']);
});

/** The sign-in of the preview: a cookie, a password that is no secret. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const COOKIE = 'preview=1';
const signedIn = (request: IncomingMessage): boolean => request.headers.cookie?.includes(COOKIE) === true;

export function signIn(door: 'box' | 'hq', name: string) {
  const told = (yes: boolean) => ({ signedIn: yes, door, name });
  /** The answer of one of the three routes of signing in; undefined for another path. */
  return (path: string, body: unknown, request: IncomingMessage, response: ServerResponse): unknown => {
    if (path === '/api/session') return told(signedIn(request));
    if (path === '/api/sign-out') {
      response.setHeader('set-cookie', 'preview=0; Path=/; HttpOnly; SameSite=Strict');
      return told(false);
    }
    if (path === '/api/sign-in') {
      if ((body as { password?: unknown } | undefined)?.password === 'preview') {
        response.setHeader('set-cookie', `${COOKIE}; Path=/; HttpOnly; SameSite=Strict`);
        return told(true);
      }
      response.statusCode = 401;
      return { code: 'wrong-password', message: 'That is not the password.', field: 'body.password' };
    }
    if (signedIn(request)) return undefined;
    response.statusCode = 401;
    return { code: 'signed-out', message: 'Sign in first.' };
  };
}

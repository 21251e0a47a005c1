/** The box's API from fixtures; every answer passes the schema of its route before it is sent. */
import type { ServerResponse } from 'node:http';
import { callQuery } from '@branchline/contracts/http/common';
import { consoleRoutes } from '@branchline/contracts/http/console';
import { liveState } from '@branchline/contracts/live';
import { noticesOf } from './fixtures/notices.ts';
import { branchScene, type Scene } from './fixtures/branch.ts';
import { callHistory } from './fixtures/calls.ts';
import { check, refusedFaults, source, warnings } from './fixtures/document.ts';
import { recording } from './fixtures/sound.ts';
import { pageOf } from './page-of.ts';
import type { Api } from './api.ts';
import { signIn } from './sign-in.ts';
import { stream } from './stream.ts';

export function boxApi(scene: Scene): Api {
  const enter = signIn('box', 'hangzhou-west');
  const sound = recording(107);
  const history = scene === 'empty' ? [] : callHistory(Date.now());
  return (method, url, body, request, response) => {
    const entered = enter(url.pathname, body, request, response);
    if (entered !== undefined) return entered;
    const [, , head = '', id = '', tail = ''] = url.pathname.split('/').map(decodeURIComponent);
    const now = Date.now();
    switch (`${method} ${head}`) {
      case 'GET live':
        return void stream(request, response, liveState.parse(branchScene(scene, now)), 3_000, (beat) =>
          changeOf(scene, beat),
        );
      case 'GET calls': {
        if (id === '')
          return consoleRoutes.calls.response?.parse(
            pageOf(
              history.map((one) => one.call),
              callQuery.parse(Object.fromEntries(url.searchParams)),
            ),
          );
        const found = history.find((one) => one.call.id === id) ?? history[0];
        return id.startsWith('c-') && found ? consoleRoutes.call.response?.parse(found) : undefined;
      }
      case 'GET recordings':
        if (tail !== 'audio') return undefined;
        return void sendSound(sound, request.headers.range, response);
      case 'GET document':
        return consoleRoutes.document.response?.parse({
          revision: 'd3b07384d113edec49eaa6238ad5ff00',
          appliedAt: new Date(now - 86_400_000).toISOString(),
          source,
          warnings: scene === 'trouble' ? warnings : [],
          refused:
            scene === 'trouble'
              ? { at: new Date(now - 93_400_000).toISOString(), faults: refusedFaults }
              : null,
        });
      case 'POST document':
        return check(String((body as { source?: unknown }).source));
      case 'POST agents':
        if (id === 'zhao.min') {
          response.statusCode = 409;
          return {
            code: 'agent-busy',
            message: 'Zhao Min is on a call.',
            remedy: 'Wait until the call is over.',
          };
        }
        return { agent: id, state: (body as { state: string }).state };
      case 'GET notices':
        return consoleRoutes.notices.response?.parse(
          scene === 'trouble' ? noticesOf(now) : { ways: [], waiting: [], past: [] },
        );
      case 'GET about':
        return consoleRoutes.about.response?.parse(about(scene));
      default:
        return undefined;
    }
  };
}

/** A call begins, rings, is answered and ends, again and again. */
function changeOf(scene: Scene, beat: number): unknown {
  if (scene === 'empty') return undefined;
  const at = new Date().toISOString();
  const calls = branchScene(scene, Date.now()).calls;
  const phases = ['flow', 'queue', 'ringing', 'talking', null] as const;
  const phase = phases[beat % phases.length] ?? null;
  const value = phase && { ...calls['c-1041'], id: 'c-2000', phase, since: at, phaseSince: at };
  return { at, in: 'calls', id: 'c-2000', value };
}

const about = (scene: Scene) => ({
  version: '0.1.0',
  engineVersion: scene === 'empty' ? null : '22.10.1',
  node: '24.21.0',
  box: 'hangzhou-west',
  ports: [
    { port: 5060, protocol: 'udp', address: '0.0.0.0', purpose: 'SIP of gateways and phones' },
    { port: 8443, protocol: 'tcp', address: '0.0.0.0', purpose: 'this page' },
    { port: 8088, protocol: 'tcp', address: '127.0.0.1', purpose: 'the engine’s control interface' },
  ],
});

/** Whole, or the part that was asked for (RFC 9110 §14.2), without which a browser cannot go to a place in it. */
function sendSound(sound: Uint8Array, range: string | undefined, response: ServerResponse): void {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  const from = Number(asked?.[1] ?? 0);
  const to = Math.min(asked?.[2] ? Number(asked[2]) : Infinity, sound.length - 1);
  response.writeHead(asked ? 206 : 200, {
    'content-type': 'audio/wav',
    'content-length': to - from + 1,
    'accept-ranges': 'bytes',
    ...(asked ? { 'content-range': `bytes ${from}-${to}/${sound.length}` } : {}),
  });
  response.end(sound.subarray(from, to + 1));
}

/** Headquarters' API from fixtures; every answer passes the schema of its route before it is sent. */
import { controllerRoutes, fleetState } from '@branchline/contracts/http/controller';
import { callHistory } from './fixtures/calls.ts';
import { document } from './fixtures/document.ts';
import { documentsApi } from './fixtures/documents.ts';
import { fleet } from './fixtures/fleet.ts';
import { origins, templatesApi } from './fixtures/templates.ts';
import { pageOf } from './page-of.ts';
import type { Api } from './api.ts';
import { signIn } from './sign-in.ts';
import { stream } from './stream.ts';

export function hqApi(size: number): Api {
  const enter = signIn('hq', 'Branchline HQ');
  const history = callHistory(Date.now());
  return (method, url, body, request, response) => {
    const entered = enter(url.pathname, body, request, response);
    if (entered !== undefined) return entered;
    const [, , head = '', box = '', part = '', call = ''] = url.pathname.split('/').map(decodeURIComponent);
    const now = Date.now();
    const state = fleetState.parse(fleet(now, size));
    if (part === 'documents') return documentsApi(method, call, body, now);
    if (part === 'origins') return origins();
    if (head === 'templates' && method === 'GET') return templatesApi(box, now);
    if (method !== 'GET') return undefined;
    switch (head) {
      case 'live':
        return void stream(request, response, state, 4_000, (beat) => {
          const boxes = Object.values(fleet(Date.now(), size).boxes);
          const value = boxes[beat % Math.max(1, boxes.length)];
          return value && { at: new Date().toISOString(), in: 'boxes', id: value.box, value };
        });
      case 'calls': {
        const { box: of, ...query } = controllerRoutes.calls.query?.parse(
          Object.fromEntries(url.searchParams),
        ) ?? { limit: 100 };
        const boxes = Object.keys(state.boxes).slice(0, 8);
        const calls = history.map((one, index) => ({ ...one.call, box: boxes[index % boxes.length] ?? '' }));
        return controllerRoutes.calls.response?.parse(
          pageOf(
            calls.filter((one) => of === undefined || one.box === of),
            query,
          ),
        );
      }
      case 'boxes': {
        const summary = state.boxes[box];
        if (!summary) return undefined;
        const found = history.find((one) => one.call.id === call) ?? history[0];
        if (call !== '' && found)
          return controllerRoutes.call.response?.parse({ ...found, call: { ...found.call, box } });
        return controllerRoutes.box.response?.parse({
          ...summary,
          document,
          reportedAt: new Date(now - 3_600_000).toISOString(),
        });
      }
      default:
        return undefined;
    }
  };
}

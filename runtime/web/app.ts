/** The web application of a service: its API from a table of routes, and its pages. Nothing else is served. */
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Log } from '../log.ts';
import { requireOwnOrigin } from './origin.ts';
import { servePages, type Pages } from './pages.ts';
import { answerProblems, noSuchRoute } from './problem.ts';
import { bindRoutes, type Binding, type RouteTable } from './routes.ts';

export interface WebApp<T extends RouteTable> extends Binding<T> {
  readonly log: Log;
  /** Absent for a service without pages. */
  readonly pages?: Pages;
}

export function webApp<T extends RouteTable>(parts: WebApp<T>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(helmet(HEADERS));
  app.use(requireOwnOrigin);
  bindRoutes(app, parts);
  if (parts.pages) app.use(servePages(parts.pages));
  app.use(noSuchRoute);
  app.use(answerProblems(parts.log));
  return app;
}

/**
 * Everything from the service itself. Ant Design writes its styles into the document, hence 'unsafe-inline' for them;
 * recordings are played from blob: once fetched. No Strict-Transport-Security: the certificate is the service's own, and
 * other services of the same machine are reached in the clear on loopback.
 */
const HEADERS: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      mediaSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
};

/** Serves the built pages: one entry document for every address a person can open, and the files beside it. */
import { access } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { Request, RequestHandler, Response } from 'express';
import { notFound } from './problem.ts';

export interface Pages {
  /** The directory of the build. */
  readonly dir: string;
  /** The document within it, as 'hq.html'. */
  readonly entry: string;
}

/** The build puts a hash into the name of everything beneath this folder, so it may be kept for ever. */
const HASHED = '/assets/';
/** What the build makes. An address of a page may have a dot in it too: a call's id has. */
const FILE = /\.(js|css|svg|png|ico|woff2|map|json|txt)$/;
const PACKED = [
  ['br', 'br'],
  ['gzip', 'gz'],
] as const;

/** Takes GET and HEAD of everything outside /api. */
export function servePages(pages: Pages): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return void next();
    if (request.path === '/api' || request.path.startsWith('/api/')) return void next();
    const path = plainPath(request.path);
    if (!FILE.test(path)) return send(pages, `/${pages.entry}`, request, response);
    if (!(await exists(join(pages.dir, path)))) throw notFound(`file ${path.slice(0, 200)}`);
    return send(pages, path, request, response);
  };
}

function plainPath(path: string): string {
  try {
    return normalize(decodeURIComponent(path));
  } catch {
    throw notFound(`page at ${path.slice(0, 200)}`);
  }
}

async function send(pages: Pages, path: string, request: Request, response: Response): Promise<void> {
  if (!(await exists(join(pages.dir, path))))
    throw notFound(`page: it has not been built`, 'Build the pages: npm run build.');
  const packing = await packed(pages.dir, path, request);
  response.set('Vary', 'Accept-Encoding');
  response.set('Cache-Control', path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (packing) response.set('Content-Encoding', packing.encoding);
  response.type(extname(path));
  await sent(response, `${path}${packing ? `.${packing.extension}` : ''}`, pages.dir);
}

/** `root` keeps the path beneath the directory: the library refuses what climbs out, and names that begin with a dot. */
function sent(response: Response, path: string, root: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A date tells too little: the entries of one build have the same, and a box that was claimed answers with another one.
    const lastModified = path.startsWith(HASHED);
    response.sendFile(path, { root, dotfiles: 'deny', cacheControl: false, lastModified }, (error) => {
      if (!error || (error as NodeJS.ErrnoException).code === 'ECONNABORTED') resolve();
      else reject(error);
    });
  });
}

async function packed(dir: string, path: string, request: Request) {
  for (const [encoding, extension] of PACKED) {
    if (!request.acceptsEncodings(encoding)) continue;
    if (await exists(join(dir, `${path}.${extension}`))) return { encoding, extension };
  }
  return undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

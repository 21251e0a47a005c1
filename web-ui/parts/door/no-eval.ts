/**
 * The services' Content-Security-Policy forbids making code from text, so zod must not try: set before the first schema is
 * made. The build keeps this module in zod's own chunk for that (vite.config.ts).
 */
import { config } from 'zod';

config({ jitless: true });

import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { nodeOptionsWith } from '../node-options';
import type { ParityRoute } from './parity-route';

/** Asks processes that the harness starts for their routes. */
export interface RouteInquiry {
  /** The environment in which a backend answers. */
  readonly env: NodeJS.ProcessEnv;
  /** The routes of the server on a port; undefined when its process does not answer. */
  ask(port: number): Promise<ParityRoute[] | undefined>;
  close(): void;
}

/** Milliseconds. */
const TIMEOUT = 10_000;

/** @param env - the environment that the backend gets otherwise */
export function createRouteInquiry(env: NodeJS.ProcessEnv): RouteInquiry {
  // Only this user may enter it.
  const folder = mkdtempSync(join(tmpdir(), 'forklift-routes-'));
  return {
    env: {
      FORKLIFT_ROUTES: folder,
      NODE_OPTIONS: nodeOptionsWith(env, require.resolve('./announce-routes')),
    },
    ask: port => ask(join(folder, String(port))),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function ask(address: string): Promise<ParityRoute[] | undefined> {
  const socket = connect(address);
  socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('it does not answer')));
  try {
    return JSON.parse(await text(socket)) as ParityRoute[];
  } catch {
    // Not a process of Node.js, or one that has ended.
    return undefined;
  }
}

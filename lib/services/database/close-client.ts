import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { DialectClient } from './dialect-client';

const PATIENCE_MILLIS = 3_000;

/** A connection of one of the drivers, as far as cutting it goes. */
interface RawConnection {
  /** mysql2 */
  destroy?(): void;
  /** pg */
  connection?: { stream?: { destroy(): void } };
}

/**
 * Closes the pool of a client. What uses a connection may finish within three seconds; after that its
 * connection is cut, since knex would wait for it without end and the process would not stop.
 *
 * @returns the connections that were cut
 */
export async function closeClient(knex: Knex): Promise<unknown[]> {
  const { openConnections } = knex.client as DialectClient;
  const timer = new AbortController();
  const finished = await Promise.race([
    knex.destroy().then(() => true),
    sleep(PATIENCE_MILLIS, false, { signal: timer.signal }),
  ]);
  timer.abort();
  if (finished) return [];
  const left = [...(openConnections ?? [])] as RawConnection[];
  for (const raw of left) {
    if (raw.connection?.stream) raw.connection.stream.destroy();
    else raw.destroy?.();
  }
  return left;
}

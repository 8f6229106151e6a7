import type { Client } from 'pg';
import { AdminConnection } from './admin-connection';
import type { ConnectionRoom } from './connection-room';
import type { Settings } from './merge-settings';
import { postgresConnection } from './postgres-connection';

/** Databases that are created at the same time, which the server does faster than one after the other. */
const CREATING_CONNECTIONS = 4;

/** For how long plugins that start together share what one has found out, in milliseconds. */
const LISTING_LIFE_MILLIS = 1_000;

const DUPLICATE_DATABASE = '42P04';

/** Where databases and schemas are created, and as whom. */
interface Place {
  connection: Settings;
  role: string | undefined;
}

/** Creates databases and schemas for all plugins, over a few connections to each server. */
export class PostgresAdmins {
  readonly #room: ConnectionRoom;
  readonly #connections = new Map<string, Array<AdminConnection<Client>>>();
  readonly #listings = new Map<string, { at: number; names: Promise<Set<string>> }>();

  constructor(room: ConnectionRoom) {
    this.#room = room;
  }

  /** Creates the database unless it is there. All plugins that ask within a second cost one query. */
  async ensureDatabase(place: Place, name: string, owner: string | undefined): Promise<void> {
    const names = await this.#list(place);
    if (names.has(name)) return;
    await this.#connectionFor(place).run(async client => {
      const ownedBy = owner ? ` OWNER ${client.escapeIdentifier(owner)}` : '';
      try {
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${ownedBy}`);
      } catch (error) {
        // Another replica was faster.
        if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
      }
    });
    names.add(name);
  }

  /** Creates the schema unless it is there. */
  async ensureSchema(place: Place, schema: string, owner: string | undefined): Promise<void> {
    await this.#connectionFor(place, 1).run(async client => {
      // Asked first, since IF NOT EXISTS wants the right to create even where nothing is created.
      const found = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
      if (found.rowCount) return;
      const ownedBy = owner ? ` AUTHORIZATION ${client.escapeIdentifier(owner)}` : '';
      await client.query(
        `CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)}${ownedBy}`,
      );
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].flat().map(one => one.close()));
  }

  #list(place: Place): Promise<Set<string>> {
    const key = keyOf(place);
    const present = this.#listings.get(key);
    if (present && Date.now() - present.at < LISTING_LIFE_MILLIS) return present.names;
    const names = this.#connectionFor(place).run(async client => {
      const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
      return new Set(rows.map(({ datname }) => datname));
    });
    this.#listings.set(key, { at: Date.now(), names });
    names.catch(() => this.#listings.delete(key));
    return names;
  }

  /** The one with the least to do of so many connections. */
  #connectionFor(place: Place, count = CREATING_CONNECTIONS): AdminConnection<Client> {
    const key = keyOf(place);
    const connections = this.#connections.get(key) ?? [];
    this.#connections.set(key, connections);
    const idle = connections.find(({ pending }) => pending === 0);
    if (idle) return idle;
    if (connections.length < count) {
      const { application_name: _, ...shared } = place.connection;
      const connection = new AdminConnection(
        () => this.#room.open(() => openClient(shared, place.role)),
        client => client.end(),
      );
      connections.push(connection);
      return connection;
    }
    return connections.reduce((least, other) => (other.pending < least.pending ? other : least));
  }
}

/** Connects without a pool. @throws the error of the driver */
export async function openClient(connection: Settings, role: string | undefined): Promise<Client> {
  const { Client: PgClient } = require('pg') as typeof import('pg');
  const source = await postgresConnection(connection);
  const client = new PgClient(typeof source === 'function' ? await source() : source);
  // A broken idle connection is noticed at its next use; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    if (role) await client.query(`SET ROLE ${client.escapeIdentifier(role)}`);
  } catch (error) {
    await client.end();
    throw error;
  }
  return client;
}

function keyOf({ connection, role }: Place): string {
  const { application_name: _, ...shared } = connection;
  return JSON.stringify([shared, role]);
}

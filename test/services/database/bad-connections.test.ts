import type { JsonValue } from '@backstage/types';
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { failureOf, startManager } from './test-manager';

const PASSWORD = 'se@cr:e/t%';
const ENCODED = encodeURIComponent(PASSWORD);

/** Refuses each log-in in words that a careless server or driver may choose. */
function refuse(socket: Socket): void {
  const message = `no user:${PASSWORD} in postgres://user:${ENCODED}@host/, nor in amqp://other:hidden@host/`;
  const fields = Buffer.from(`SFATAL\0C28P01\0M${message}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  socket.on('error', () => {});
  socket.once('data', () => socket.end(Buffer.concat([head, fields])));
}

describe('connections of databases that fail', () => {
  let server: Server;
  let host: string;

  before(async () => {
    server = createServer(refuse).listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => void server.close());

  const connections: Array<[string, (port: number) => JsonValue]> = [
    ['an address', () => `postgres://user:${ENCODED}@${host}/`],
    ['settings', port => ({ host: '127.0.0.1', port, user: 'user', password: PASSWORD })],
    [
      'an address beside settings',
      () => ({ connectionString: `postgres://user:${ENCODED}@${host}/` }),
    ],
  ];
  for (const [what, make] of connections) {
    for (const ensureExists of [true, false]) {
      const moment = ensureExists ? 'databases are created' : 'a query is sent';
      it(`keep the password out of messages, causes and logs when ${moment} over ${what}`, async () => {
        const connection = make(Number(host.split(':')[1]));
        const manager = startManager({ client: 'pg', connection, ensureExists });
        const failure = await failureOf(
          manager
            .forPlugin('catalog')
            .getClient()
            .then(knex => knex.raw('select 1')),
        );
        const text = `${inspect(failure, { depth: 10 })}${manager.logger.lines.join()}`;
        expect(failure.message).to.include(`pg at ${host}`);
        expect(failure.message).to.include('no user:*** in postgres://user:***@host/');
        for (const secret of [PASSWORD, ENCODED, 'hidden']) expect(text).not.to.include(secret);
      });
    }
  }

  it('keep the password out of messages when an address beside settings is malformed', async () => {
    const failure = await failureOf(
      startManager({ client: 'pg', connection: { connectionString: 'postgres://u:hidden@h:x/' } })
        .forPlugin('catalog')
        .getClient(),
    );
    expect(failure.message).to.match(
      /PostgreSQL connection string at 'backend\.database\.connection\.connectionString', it is not a valid URL/,
    );
    expect(inspect(failure, { depth: 10 })).not.to.include('hidden');
  });

  it('are named by their place when they are missing', async () => {
    const missing = async (database: object) =>
      (
        await failureOf(
          startManager({ ...database })
            .forPlugin('catalog')
            .getClient(),
        )
      ).message;
    expect(await missing({ client: 'pg' })).to.equal(
      "Missing required config value at 'backend.database.connection' for the database of plugin 'catalog'",
    );
    expect(
      await missing({
        client: 'better-sqlite3',
        connection: ':memory:',
        plugin: { catalog: { client: 'mysql2' } },
      }),
    ).to.equal(
      "Missing required config value at 'backend.database.plugin.catalog.connection' for the database of plugin 'catalog'",
    );
  });
});

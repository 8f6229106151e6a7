import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import createKnex, { type Knex } from 'knex';
import {
  createSideDatabases,
  runParity,
  urlSubject,
  type ParityReport,
  type ParitySubject,
} from 'backstage-forklift/parity';

const POSTGRES = process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;

/** Where a backend of Backstage would find the database of a plugin, by its configuration. */
function connect(env: NodeJS.ProcessEnv, plugin: string): Knex {
  const connection = JSON.parse(env.APP_CONFIG_backend_database_connection!);
  if (env.APP_CONFIG_backend_database_client === 'pg') {
    const url = new URL(connection);
    url.pathname = `/${env.APP_CONFIG_backend_database_prefix}${plugin}`;
    return createKnex({ client: 'pg', connection: url.href });
  }
  return createKnex({
    client: 'better-sqlite3',
    connection: { filename: join(connection.directory, `${plugin}.sqlite`) },
    useNullAsDefault: true,
  });
}

/** As a backend does it where it finds none. */
async function createDatabase({ APP_CONFIG_backend_database_prefix: prefix }: NodeJS.ProcessEnv) {
  if (prefix) {
    const admin = createKnex({ client: 'pg', connection: POSTGRES! });
    const { rows } = await admin.raw('select 1 from pg_database where datname = ?', [
      `${prefix}notes`,
    ]);
    if (rows.length === 0) {
      await admin.raw('create database ??', [`${prefix}notes`]);
    }
    await admin.destroy();
  }
}

/** A backend with a table, which may go wrong with it. */
async function startNotes(
  name: string,
  env: NodeJS.ProcessEnv,
  sabotage?: (knex: Knex) => Promise<unknown>,
): Promise<ParitySubject> {
  await createDatabase(env);
  const knex = connect(env, 'notes');
  if (!(await knex.schema.hasTable('notes'))) {
    await knex.schema.createTable('notes', table => {
      table.string('id').primary();
      table.text('text').notNullable();
      table.text('tags');
      table.timestamp('made_at').defaultTo(knex.fn.now());
    });
  }
  const server: Server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const text = decodeURIComponent(request.url!.slice('/api/notes/'.length));
      await knex('notes').insert({ id: randomUUID(), text, tags: '["a","b"]' });
      await sabotage?.(knex);
    }
    response.end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...urlSubject(name, `http://127.0.0.1:${port}`),
    stop: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await knex.destroy();
    },
  };
}

const kinds = [
  { kind: 'SQLite', server: 'sqlite' },
  { kind: 'PostgreSQL', server: POSTGRES },
];

for (const { kind, server } of kinds) {
  describe(`parity of databases, ${kind}`, () => {
    before(function skipWithoutServer() {
      if (!server) {
        this.test!.parent!.title += ' (skipped: no address in the environment)';
        this.skip();
      }
    });

    async function compare(
      sabotage?: (knex: Knex) => Promise<unknown>,
      seed?: string,
    ): Promise<ParityReport> {
      const databases = await createSideDatabases({ server: server!, seed });
      const subjects: ParitySubject[] = [];
      try {
        subjects.push(await startNotes('old', databases.left.env));
        subjects.push(await startNotes('new', databases.right.env, sabotage));
        const [left, right] = subjects;
        return await runParity({
          left,
          right,
          requests: ['one', 'two'].map(text => ({
            method: 'POST',
            path: `/api/notes/${text}`,
            headers: {},
            as: 'none',
          })),
          observe: [databases.observation],
          began: Date.now() - 10_000,
        });
      } finally {
        await Promise.all(subjects.map(subject => subject.stop()));
        await databases.remove();
      }
    }

    const stateOf = ({ results }: ParityReport) => results.filter(({ observed }) => observed);
    const foundIn = (report: ParityReport) =>
      stateOf(report).flatMap(({ request, differences }) =>
        differences
          .filter(({ ignored }) => !ignored)
          .map(({ path, left, right }) => [`${request.method} ${request.path}`, path, left, right]),
      );

    it('finds nothing where rows differ by random ids and times of the run', async () => {
      const report = await compare();
      expect(foundIn(report)).to.deep.equal([]);
      const [notes] = stateOf(report);
      expect(notes.verdict).to.equal('ignored');
      const rules = notes.differences.map(({ ignored }) => ignored!.rule);
      expect(rules).to.include('generated-id');
      expect(report.equal).to.equal(true);
    });

    it('finds a wrong value, also within JSON', async () => {
      const report = await compare(knex => knex('notes').update({ tags: '["a","c"]' }));
      expect(foundIn(report).map(([place, path]) => [place, path])).to.deep.equal([
        ['STATE /notes/notes', '$.rows[0].tags[1]'],
        ['STATE /notes/notes', '$.rows[1].tags[1]'],
      ]);
      expect(report.equal).to.equal(false);
    });

    it('finds a write that did not happen', async () => {
      const report = await compare(knex => knex('notes').where({ text: 'two' }).delete());
      expect(foundIn(report)).to.deep.include(['STATE /notes/notes', '$.count', 2, 1]);
    });

    it('finds another schema, and a table that is missing', async () => {
      const other = await compare(knex =>
        knex.schema.hasColumn('notes', 'colour').then(async has => {
          if (!has) {
            await knex.schema.alterTable('notes', table => table.string('colour').index());
          }
        }),
      );
      const paths = foundIn(other).map(([, path]) => path);
      expect(paths).to.include('$.columns.colour');
      expect(paths).to.include('$.indexes.notes_colour_index');
      const gone = await compare(async knex => {
        await knex.schema.dropTableIfExists('notes');
        await knex.schema.createTable('notes2', table => table.string('id'));
        await knex.schema.renameTable('notes2', `other_${randomUUID().slice(0, 4)}`);
        await knex.schema.createTable('notes', table => {
          table.string('id').primary();
          table.text('text').notNullable();
          table.text('tags');
          table.timestamp('made_at').defaultTo(knex.fn.now());
        });
      });
      expect(gone.equal).to.equal(false);
      expect(foundIn(gone).filter(([place]) => /other_/.test(String(place)))).to.have.length(2);
    });

    it('begins both sides with the same rows, and leaves nothing behind', async () => {
      const seeds = await createSideDatabases({ server: server! });
      const { env } = seeds.left;
      try {
        await onceNotes(env);
        const seed =
          env.APP_CONFIG_backend_database_prefix ??
          JSON.parse(env.APP_CONFIG_backend_database_connection!).directory;
        const report = await compare(undefined, seed);
        expect(foundIn(report)).to.deep.equal([]);
        const differing = await compare(
          knex => knex('notes').where({ text: 'from the seed' }).update({ text: 'changed' }),
          seed,
        );
        const texts = foundIn(differing).map(([, , left, right]) => [left, right]);
        expect(texts).to.deep.include(['from the seed', 'changed']);
        const knex = connect(env, 'notes');
        expect(await knex('notes').pluck('text')).to.deep.equal(['from the seed']);
        await knex.destroy();
      } finally {
        await seeds.remove();
      }
      expect(await leftOf(env)).to.deep.equal([]);
    });

    async function leftOf(env: NodeJS.ProcessEnv): Promise<string[]> {
      const prefix = env.APP_CONFIG_backend_database_prefix;
      if (!prefix) {
        const { directory } = JSON.parse(env.APP_CONFIG_backend_database_connection!);
        return (await readdir(tmpdir())).filter(name => directory.endsWith(name));
      }
      const admin = createKnex({ client: 'pg', connection: POSTGRES! });
      const names = await admin('pg_database').pluck('datname');
      await admin.destroy();
      return names.filter(name => name.startsWith(prefix));
    }

    async function onceNotes(env: NodeJS.ProcessEnv): Promise<void> {
      const subject = await startNotes('seed', env);
      await subject.stop();
      const knex = connect(env, 'notes');
      await knex('notes').insert({ id: randomUUID(), text: 'from the seed', tags: '[]' });
      await knex.destroy();
    }

    it('says what is wrong with a seed that is not there', async () => {
      const nothing = server === 'sqlite' ? join(tmpdir(), 'no-such-folder') : 'no_such_prefix_';
      const error = await createSideDatabases({ server: server!, seed: nothing }).catch(e => e);
      expect(error.code).to.equal('DATABASE_UNUSABLE');
      expect(error.message).to.include(nothing);
    });
  });
}

describe('parity of databases', () => {
  it('names a server that can not be reached, without its password', async () => {
    const error = await createSideDatabases({
      server: 'postgresql://postgres:hush@127.0.0.1:1/postgres',
    }).catch(e => e);
    expect(error.code).to.equal('DATABASE_UNUSABLE');
    expect(error.message).to.match(/127\.0\.0\.1:1.*ECONNREFUSED/);
    expect(error.message).to.not.include('hush');
  });
});

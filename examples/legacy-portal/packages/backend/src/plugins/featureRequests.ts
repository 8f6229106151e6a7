import { errorHandler } from '@backstage/backend-common';
import { AuthenticationError, InputError, NotFoundError } from '@backstage/errors';
import express, { Request, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { Knex } from 'knex';
import { PluginEnvironment } from '../types';

interface FeatureRequest {
  id: number;
  title: string;
  author: string;
  state: string;
  created_at: string;
  votes: number;
}

const STATES = ['open', 'planned', 'done', 'archived'];

/** What colleagues wish the portal could do, and how many of them wish it. */
export default async function createPlugin(env: PluginEnvironment): Promise<Router> {
  const { logger, config, database, scheduler, identity } = env;
  const archiveAfterDays = config.getOptionalNumber('featureRequests.archiveAfterDays') ?? 365;

  const db = await database.getClient();
  await createTables(db);

  await scheduler.scheduleTask({
    id: 'archive-forgotten-requests',
    frequency: { minutes: 30 },
    timeout: { minutes: 1 },
    fn: async () => {
      const oldest = new Date(Date.now() - archiveAfterDays * 24 * 60 * 60 * 1000);
      const archived = await db('requests')
        .where({ state: 'open' })
        .where('created_at', '<', oldest.toISOString())
        .update({ state: 'archived' });
      logger.info(`Archived ${archived} forgotten feature requests`);
    },
  });

  async function requireUser(request: Request): Promise<string> {
    const caller = await identity.getIdentity({ request });
    if (!caller) {
      throw new AuthenticationError('Sign in to take part');
    }
    return caller.identity.userEntityRef;
  }

  async function findRequest(id: string | number): Promise<FeatureRequest> {
    const found = await listRequests(db).where('requests.id', Number(id)).first();
    if (!found) {
      throw new NotFoundError(`There is no feature request '${id}'`);
    }
    return found;
  }

  const router = PromiseRouter();
  router.use(express.json());

  router.get('/health', (_, response) => {
    response.json({ status: 'ok' });
  });

  router.get('/', async (request, response) => {
    const { state } = request.query;
    if (state !== undefined && !STATES.includes(String(state))) {
      throw new InputError(`Unknown state '${state}', expected one of ${STATES.join(', ')}`);
    }
    const query = listRequests(db).orderBy('requests.id');
    const items = await (state ? query.where({ state }) : query);
    response.json({ items, totalCount: items.length });
  });

  router.get('/export.csv', async (_, response) => {
    const rows = await listRequests(db).orderBy('requests.id');
    const lines = rows.map(({ id, title, state, votes }) => [id, title, state, votes].join(';'));
    response.type('text/csv').send(['id;title;state;votes', ...lines, ''].join('\n'));
  });

  router.get('/:id', async (request, response) => {
    response.json(await findRequest(request.params.id));
  });

  router.post('/', async (request, response) => {
    const author = await requireUser(request);
    const { title } = request.body;
    if (typeof title !== 'string' || title.trim() === '') {
      throw new InputError('A feature request needs a title');
    }
    const [{ id }] = await db('requests')
      .insert({ title: title.trim(), author, state: 'open', created_at: new Date().toISOString() })
      .returning('id');
    logger.info(`${author} wishes for '${title}'`);
    response
      .status(201)
      .location(`${request.baseUrl}/${id}`)
      .json(await findRequest(id));
  });

  router.post('/:id/votes', async (request, response) => {
    const voter = await requireUser(request);
    const { id } = await findRequest(request.params.id);
    await db('votes')
      .insert({ request_id: id, voter })
      .onConflict(['request_id', 'voter'])
      .ignore();
    response.json(await findRequest(id));
  });

  router.delete('/:id/votes', async (request, response) => {
    const voter = await requireUser(request);
    await db('votes').where({ request_id: request.params.id, voter }).delete();
    response.status(204).end();
  });

  router.use(errorHandler());
  return router;
}

function listRequests(db: Knex): Knex.QueryBuilder<any, FeatureRequest[]> {
  return db('requests')
    .leftJoin('votes', 'votes.request_id', 'requests.id')
    .groupBy('requests.id')
    .select('requests.id', 'title', 'author', 'state', 'created_at')
    .count({ votes: 'votes.voter' });
}

async function createTables(db: Knex) {
  if (await db.schema.hasTable('requests')) {
    return;
  }
  await db.schema.createTable('requests', table => {
    table.increments('id');
    table.string('title').notNullable();
    table.string('author').notNullable();
    table.string('state').notNullable();
    table.string('created_at').notNullable();
  });
  await db.schema.createTable('votes', table => {
    table.integer('request_id').notNullable().references('id').inTable('requests');
    table.string('voter').notNullable();
    table.primary(['request_id', 'voter']);
  });
  await db('requests').insert([
    {
      title: 'Dark mode',
      author: 'user:default/ada',
      state: 'done',
      created_at: '2021-03-01T09:00:00.000Z',
    },
    {
      title: 'Export the catalog as a spreadsheet',
      author: 'user:default/grace',
      state: 'open',
      created_at: '2021-06-15T12:30:00.000Z',
    },
    {
      title: 'Show who is on call',
      author: 'user:default/ada',
      state: 'planned',
      created_at: '2023-11-20T08:15:00.000Z',
    },
  ]);
  await db('votes').insert([
    { request_id: 1, voter: 'user:default/grace' },
    { request_id: 3, voter: 'user:default/ada' },
    { request_id: 3, voter: 'user:default/grace' },
  ]);
}

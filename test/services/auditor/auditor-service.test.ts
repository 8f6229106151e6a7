import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthenticationError } from '@backstage/errors';
import { ConfigReader } from '@backstage/config';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import express from 'express';
import { coreServices, createServiceFactory } from 'backstage-forklift';
import {
  auditorServiceFactory,
  DefaultAuditorService,
  WinstonRootAuditorService,
  type AuditorEvent,
} from 'backstage-forklift/services';
import { mockCredentials, mockServices, ServiceFactoryTester } from 'backstage-forklift/testing';
import { captureLines, withEnvironment } from '../root-logger/capture-stdout';

use(chaiAsPromised);

describe('The auditor', () => {
  const plugin = { getId: () => 'catalog' };
  const deps = () => ({
    auth: mockServices.auth({ pluginId: 'catalog' }),
    httpAuth: mockServices.httpAuth(),
    plugin,
  });

  /** Calls the function with a real request. */
  const withRequest = async (
    use: (req: express.Request) => Promise<unknown>,
    headers: Record<string, string> = {},
  ) => {
    let failure: unknown;
    const app = express().use('/api/catalog', (req, res) => {
      use(req)
        .catch(error => (failure = error))
        .finally(() => res.end());
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      await fetch(`http://127.0.0.1:${port}/api/catalog/entities?filter=x`, {
        method: 'POST',
        headers: { 'user-agent': 'test', ...headers },
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
    if (failure) throw failure;
  };

  it('records that something is attempted, by whom and with which request, and that it succeeded', async () => {
    const events: AuditorEvent[] = [];
    const auditor = DefaultAuditorService.create(event => void events.push(event), deps());

    await withRequest(
      async request => {
        const event = await auditor.createEvent({
          eventId: 'entity-fetch',
          severityLevel: 'medium',
          request,
          meta: { query: 'x' },
        });
        await event.success({ meta: { found: 3 } });
      },
      { authorization: mockCredentials.user.header('user:default/ada') },
    );

    const common = {
      plugin: 'catalog',
      eventId: 'entity-fetch',
      severityLevel: 'medium',
      actor: {
        actorId: 'user:default/ada',
        ip: '127.0.0.1',
        hostname: '127.0.0.1',
        userAgent: 'test',
      },
      request: { url: '/api/catalog/entities?filter=x', method: 'POST' },
    };
    expect(events).to.deep.equal([
      { ...common, meta: { query: 'x' }, status: 'initiated' },
      { ...common, meta: { query: 'x', found: 3 }, status: 'succeeded' },
    ]);
  });

  it('names a calling service, and nobody', async () => {
    const actors: unknown[] = [];
    const auditor = DefaultAuditorService.create(({ actor }) => void actors.push(actor.actorId), {
      ...deps(),
      httpAuth: mockServices.httpAuth({ defaultCredentials: mockCredentials.none() }),
    });
    const audit = async (request: express.Request) => {
      await auditor.createEvent({ eventId: 'e', request });
    };

    await withRequest(audit, {
      authorization: mockCredentials.service.header({
        onBehalfOf: mockCredentials.service('plugin:search'),
        targetPluginId: 'test',
      }),
    });
    await withRequest(audit);

    expect(actors).to.deep.equal(['plugin:search', undefined]);
  });

  it('names the plugin itself where there is no request, and records what failed', async () => {
    const events: AuditorEvent[] = [];
    const auditor = DefaultAuditorService.create(event => void events.push(event), deps());
    const error = new Error('no disk');

    const event = await auditor.createEvent({ eventId: 'refresh', meta: {} });
    await event.fail({ error, meta: { step: 2 } });

    expect(events[0]).to.deep.equal({
      plugin: 'catalog',
      eventId: 'refresh',
      severityLevel: 'low',
      actor: {
        actorId: 'plugin:catalog',
        ip: undefined,
        hostname: undefined,
        userAgent: undefined,
      },
      request: undefined,
      meta: undefined,
      status: 'initiated',
    });
    expect(events[1])
      .to.include({ status: 'failed', error })
      .and.deep.include({ meta: { step: 2 } });
  });

  it('fails when the credentials of the request are not valid', async () => {
    const auditor = DefaultAuditorService.create(() => {}, {
      ...deps(),
      httpAuth: mockServices.httpAuth.mock({
        credentials: async () => {
          throw new AuthenticationError('Invalid token');
        },
      }),
    });

    await expect(
      withRequest(request => auditor.createEvent({ eventId: 'e', request })),
    ).to.be.rejectedWith(
      'Could not resolve credentials; caused by AuthenticationError: Invalid token',
    );
  });

  describe('as a service', () => {
    const lines: unknown[][] = [];
    const logger = (meta: object): any => ({
      child: (more: object) => logger({ ...meta, ...more }),
      ...Object.fromEntries(
        ['debug', 'info', 'warn', 'error'].map(level => [
          level,
          (...args: unknown[]) => lines.push([level, meta, ...args]),
        ]),
      ),
    });
    const create = (config: object = {}) =>
      ServiceFactoryTester.from(auditorServiceFactory, {
        dependencies: [
          mockServices.rootConfig.factory({ data: config as any }),
          createServiceFactory({
            service: coreServices.logger,
            deps: {},
            factory: () => logger({}),
          }),
        ],
      }).getSubject('catalog');

    beforeEach(() => lines.splice(0));

    it('logs each event under the name of plugin and event, at the level of its severity', async () => {
      const auditor = await create();
      for (const severityLevel of ['low', 'medium', 'high', 'critical'] as const) {
        await auditor.createEvent({ eventId: 'e', severityLevel });
      }

      expect(lines.map(([level, meta, message]) => [level, meta, message])).to.deep.equal([
        ['debug', { isAuditEvent: true }, 'catalog.e'],
        ['info', { isAuditEvent: true }, 'catalog.e'],
        ['info', { isAuditEvent: true }, 'catalog.e'],
        ['info', { isAuditEvent: true }, 'catalog.e'],
      ]);
    });

    it('logs a failure with its error', async () => {
      const error = new Error('no disk');
      const event = await (await create()).createEvent({ eventId: 'e', severityLevel: 'high' });
      await event.fail({ error });

      const [level, meta, message, logged] = lines[1];
      expect([level, message, logged]).to.deep.equal(['info', 'catalog.e', error]);
      expect(meta).to.include({ isAuditEvent: true, status: 'failed', eventId: 'e' });
    });

    it('takes the levels from the configuration', async () => {
      const auditor = await create({
        backend: { auditor: { severityLogLevelMappings: { low: 'info', critical: 'error' } } },
      });
      await auditor.createEvent({ eventId: 'e' });
      await auditor.createEvent({ eventId: 'e', severityLevel: 'critical' });

      expect(lines.map(([level]) => level)).to.deep.equal(['info', 'error']);
    });

    it('names a level that is none', async () => {
      await expect(
        create({ backend: { auditor: { severityLogLevelMappings: { high: 'loud' } } } }),
      ).to.be.rejectedWith(
        "The configuration value for 'backend.auditor.severityLogLevelMappings.high' was given an invalid value: 'loud'. Expected one of the following valid values: 'debug, info, warn, error'.",
      );
    });
  });

  it('may have a log of its own', async () => {
    const lines = await withEnvironment({ LOG_LEVEL: undefined }, () =>
      captureLines(async () => {
        const auditor = WinstonRootAuditorService.create({ meta: { stage: 'test' } }).forPlugin({
          ...deps(),
          config: new ConfigReader({}),
        });
        const event = await auditor.createEvent({ eventId: 'e', severityLevel: 'medium' });
        await event.fail({ error: new Error('no disk') });
      }),
    );

    const [initiated, failed] = lines.map(line => JSON.parse(line));
    expect(initiated).to.include({
      message: 'catalog.e',
      isAuditEvent: true,
      service: 'backstage',
      stage: 'test',
      status: 'initiated',
    });
    expect(initiated.timestamp).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(failed.message).to.equal('catalog.e no disk');
    expect(failed.stack).to.contain('Error: no disk');
  });
});

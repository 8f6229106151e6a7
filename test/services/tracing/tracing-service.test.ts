import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect, use } from 'chai';
import chaiAsPromised from 'chai-as-promised';
import { tracingServiceFactory } from 'backstage-forklift/services';
import { mockCredentials, mockServices, ServiceFactoryTester } from 'backstage-forklift/testing';

use(chaiAsPromised);

describe('The tracing of a plugin', () => {
  const tracers: unknown[][] = [];
  const spans: any[] = [];

  beforeEach(() => {
    tracers.length = 0;
    spans.length = 0;
    trace.setGlobalTracerProvider({
      getTracer: (...scope: unknown[]) => {
        tracers.push(scope);
        return {
          startActiveSpan: (name: string, options: any, fn: (span: any) => unknown) => {
            const span = { name, ...options, set: {}, ended: 0 };
            spans.push(span);
            return fn({
              setAttribute: (key: string, value: unknown) => (span.set[key] = value),
              setStatus: (status: unknown) => (span.status = status),
              recordException: (error: unknown) => (span.exception = error),
              end: () => (span.ended += 1),
            });
          },
        } as any;
      },
    });
  });

  afterEach(() => trace.disable());

  const create = (data: object = {}) =>
    ServiceFactoryTester.from(tracingServiceFactory, {
      dependencies: [mockServices.rootConfig.factory({ data: data as any })],
    }).getSubject('catalog');
  const capturing = { backend: { tracing: { capture: { endUser: true } } } };

  it('has the name of the plugin, or what the configuration says', async () => {
    await create();
    await create({
      backend: { tracing: { plugin: { catalog: { tracer: { name: 'mine', version: '2' } } } } },
    });

    expect(tracers).to.deep.equal([
      ['backstage-plugin-catalog', undefined, { schemaUrl: undefined }],
      ['mine', '2', { schemaUrl: undefined }],
    ]);
  });

  it('runs work in a span of its kind, with attributes, and ends it', async () => {
    const tracing = await create();

    const result = await tracing.startActiveSpan(
      'refresh',
      { kind: 'client', attributes: { entity: 'a' } },
      async span => {
        span.setAttribute('found', 3);
        span.setStatus({ code: 'ok' });
        return 'done';
      },
    );

    expect(result).to.equal('done');
    expect(spans).to.deep.equal([
      {
        name: 'refresh',
        kind: SpanKind.CLIENT,
        attributes: { 'backstage.plugin.id': 'catalog', entity: 'a' },
        set: { found: 3 },
        status: { code: SpanStatusCode.OK, message: undefined },
        ended: 1,
      },
    ]);
  });

  it('needs no options', async () => {
    expect(await (await create()).startActiveSpan('refresh', () => 5)).to.equal(5);
    expect(spans[0].attributes).to.deep.equal({ 'backstage.plugin.id': 'catalog' });
  });

  it('records errors and throws them on', async () => {
    const error = new RangeError('too far');

    await expect(
      (await create()).startActiveSpan('refresh', () => Promise.reject(error)),
    ).to.be.rejectedWith(error);

    expect(spans[0]).to.deep.include({
      exception: error,
      set: { 'error.type': 'RangeError' },
      status: { code: SpanStatusCode.ERROR, message: 'too far' },
      ended: 1,
    });
  });

  it('says what kind of principal the work is for, and who only if that is wanted', async () => {
    const user = { credentials: mockCredentials.user('user:default/ada') };
    const service = { credentials: mockCredentials.service('plugin:search') };
    const nobody = { credentials: mockCredentials.none() };

    await (await create()).startActiveSpan('a', user, () => {});
    const tracing = await create(capturing);
    for (const options of [user, service, nobody]) {
      await tracing.startActiveSpan('b', options, () => {});
    }

    expect(spans.map(({ attributes }) => attributes)).to.deep.equal([
      { 'backstage.plugin.id': 'catalog', 'backstage.principal.type': 'user' },
      {
        'backstage.plugin.id': 'catalog',
        'backstage.principal.type': 'user',
        'enduser.id': 'user:default/ada',
      },
      {
        'backstage.plugin.id': 'catalog',
        'backstage.principal.type': 'service',
        'enduser.id': 'plugin:search',
      },
      { 'backstage.plugin.id': 'catalog', 'backstage.principal.type': 'none' },
    ]);
  });

  it('takes the principal from the credentials of a request', async () => {
    const request: any = {
      headers: { authorization: mockCredentials.user.header('user:default/eve') },
    };

    await (await create(capturing)).startActiveSpan('a', { request }, () => {});

    expect(spans[0].attributes['enduser.id']).to.equal('user:default/eve');
  });

  it('carries context and baggage of other processes', async () => {
    propagation.setGlobalPropagator({
      inject() {},
      fields: () => ['baggage'],
      extract: (current, carrier: any) =>
        propagation.setBaggage(
          current,
          propagation.createBaggage({ tenant: { value: carrier.baggage } }),
        ),
    });
    try {
      const tracing = await create();
      const extracted = tracing.propagation.extract(tracing.context.active(), { baggage: 'acme' });

      expect(tracing.propagation.getBaggage(extracted)?.getAllEntries()).to.deep.equal([
        ['tenant', { value: 'acme' }],
      ]);
      expect(tracing.propagation.getActiveBaggage()).to.be.undefined;
      expect(await tracing.context.with(extracted, () => 'ran')).to.equal('ran');
    } finally {
      propagation.disable();
      context.disable();
    }
  });
});

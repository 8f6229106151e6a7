import { metrics } from '@opentelemetry/api';
import { expect } from 'chai';
import { metricsServiceFactory } from 'backstage-forklift/services';
import { mockServices, ServiceFactoryTester } from 'backstage-forklift/testing';

describe('The metrics of a plugin', () => {
  const meters: unknown[][] = [];
  const instruments: unknown[][] = [];

  beforeEach(() => {
    meters.length = 0;
    instruments.length = 0;
    metrics.setGlobalMeterProvider({
      getMeter: (...scope: unknown[]) => {
        meters.push(scope);
        return new Proxy({} as any, {
          get: (_, kind) => (name: string, options: unknown) => {
            instruments.push([kind, name, options]);
            return `${String(kind)} ${name}`;
          },
        });
      },
    });
  });

  afterEach(() => metrics.disable());

  const create = (data: object = {}) =>
    ServiceFactoryTester.from(metricsServiceFactory, {
      dependencies: [mockServices.rootConfig.factory({ data: data as any })],
    }).getSubject('catalog');

  it('are measured by a meter with the name of the plugin', async () => {
    await create();

    expect(meters).to.deep.equal([
      ['backstage-plugin-catalog', undefined, { schemaUrl: undefined }],
    ]);
  });

  it('are measured by the meter that the configuration describes', async () => {
    const meter = { name: 'mine', version: '2', schemaUrl: 'https://example.com/schema' };

    await create({ backend: { metrics: { plugin: { catalog: { meter } } } } });

    expect(meters).to.deep.equal([['mine', '2', { schemaUrl: 'https://example.com/schema' }]]);
  });

  it('have instruments of all kinds', async () => {
    const service: any = await create();
    const kinds = [
      'createCounter',
      'createUpDownCounter',
      'createHistogram',
      'createGauge',
      'createObservableCounter',
      'createObservableUpDownCounter',
      'createObservableGauge',
    ];

    for (const kind of kinds) {
      expect(service[kind]('runs', { unit: '1' })).to.equal(`${kind} runs`);
    }

    expect(instruments).to.deep.equal(kinds.map(kind => [kind, 'runs', { unit: '1' }]));
  });
});

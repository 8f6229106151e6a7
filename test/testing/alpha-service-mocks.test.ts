import { expect } from 'chai';
import sinon from 'sinon';
import { resolvePackagePath, tracingServiceRef } from 'backstage-forklift';
import {
  actionsRegistryServiceMock,
  actionsServiceMock,
  metricsServiceMock,
  overridePackagePathResolution,
  ServiceFactoryTester,
  tracingServiceMock,
} from 'backstage-forklift/testing';

describe('actionsRegistryServiceMock', () => {
  const registry = actionsRegistryServiceMock();
  registry.register({
    name: 'double',
    title: 'Double',
    description: 'Doubles a number',
    schema: {
      input: z => z.object({ value: z.number() }),
      output: z => z.object({ value: z.number() }),
    },
    action: async ({ input }) => ({ output: { value: input.value * 2 } }),
  });

  it('runs what is registered', async () => {
    expect(await registry.invoke({ id: 'test:double', input: { value: 2 } })).to.deep.equal({
      output: { value: 4 },
    });
    expect((await registry.list()).actions[0]).to.include({ id: 'test:double', pluginId: 'test' });
  });

  it('names the actions that there are, and refuses one twice', async () => {
    const error = await registry.invoke({ id: 'test:half' }).catch(e => e);
    expect(error.message).to.equal(
      'Action "test:half" not found, available actions: "test:double"',
    );
    expect(() => registry.register(registry.actions.get('test:double')!)).to.throw(
      'Action with id "test:double" is already registered',
    );
  });
});

describe('actionsServiceMock, metricsServiceMock', () => {
  it('have stubs for all methods', () => {
    expect(actionsServiceMock.mock()).to.have.keys('list', 'invoke', 'factory');
    const metrics = metricsServiceMock.mock();
    const counter = metrics.createCounter('requests');
    counter.add(1);
    sinon.assert.calledOnceWithExactly(metrics.createCounter, 'requests');
    sinon.assert.calledOnceWithExactly(counter.add as sinon.SinonStub, 1);
  });
});

describe('tracingServiceMock', () => {
  it('records spans and what was done with them', async () => {
    const tracing = tracingServiceMock.mock();
    const result = await tracing.startActiveSpan('work', { kind: 'client' }, async span => {
      span.setAttribute('size', 3);
      return 'done';
    });
    expect(result).to.equal('done');
    sinon.assert.calledOnceWithExactly(tracing.spans[0]!.setAttribute, 'size', 3);
    sinon.assert.calledWith(tracing.startActiveSpan as sinon.SinonStub, 'work', { kind: 'client' });
  });

  it('carries baggage from a carrier to the work that runs with it', async () => {
    const { context, propagation } = tracingServiceMock.mock();
    const extracted = propagation.extract(context.active(), {
      Baggage: 'user=jane%20doe;p=1, a=b',
    });
    expect(propagation.getActiveBaggage()).to.equal(undefined);
    await context.with(extracted, async () => {
      expect(propagation.getActiveBaggage()!.getAllEntries()).to.deep.equal([
        ['user', { value: 'jane doe' }],
        ['a', { value: 'b' }],
      ]);
    });
    expect(propagation.getActiveBaggage()).to.equal(undefined);
  });

  it('is installed by its factory; the real service runs without an SDK', async () => {
    const mock = tracingServiceMock.mock();
    const mocked = ServiceFactoryTester.from(mock.factory as any);
    expect(await mocked.getService(tracingServiceRef)).to.equal(mock);
    const real = await ServiceFactoryTester.from(tracingServiceMock.factory()).getSubject();
    expect(await real.startActiveSpan('work', () => 1)).to.equal(1);
    const failure = await real
      .startActiveSpan('work', () => {
        throw new Error('no luck');
      })
      .catch(e => e);
    expect(failure.message).to.equal('no luck');
  });
});

describe('overridePackagePathResolution', () => {
  it('gives other paths for a package until it is restored', () => {
    const real = resolvePackagePath('knex', 'lib');
    const override = overridePackagePathResolution({
      packageName: 'knex',
      path: '/elsewhere',
      paths: { 'a/b': '/there', constructor: () => '/called' },
    });
    try {
      expect(resolvePackagePath('knex')).to.equal('/elsewhere');
      expect(resolvePackagePath('knex', 'lib')).to.equal('/elsewhere/lib');
      expect(resolvePackagePath('knex', 'a', 'b')).to.equal('/there');
      expect(resolvePackagePath('knex', 'constructor')).to.equal('/called');
      expect(() => overridePackagePathResolution({ packageName: 'knex' })).to.throw(
        "Tried to override resolution of 'knex' more than once",
      );
    } finally {
      override.restore();
    }
    expect(resolvePackagePath('knex', 'lib')).to.equal(real);
  });
});

import { expect } from 'chai';
import sinon from 'sinon';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { mockCredentials, mockServices } from 'backstage-forklift/testing';

describe('mockServices', () => {
  describe('mock', () => {
    it('makes every method a stub, with an implementation where one is given', async () => {
      const cache = mockServices.cache.mock({ get: async () => 'hit' as any });
      expect(await cache.get('key')).to.equal('hit');
      expect(cache.set('key', 1)).to.equal(undefined);
      sinon.assert.calledOnceWithExactly(cache.get, 'key');
      sinon.assert.calledOnceWithExactly(cache.set, 'key', 1);
    });

    it('shows its calls in the form that matchers of Jest and Vitest read', () => {
      const { warn } = mockServices.logger.mock({
        warn: message => {
          if (message === 'second') {
            throw new Error('full');
          }
        },
      }) as any;
      warn('first', { a: 1 });
      expect(() => warn('second')).to.throw('full');
      expect(warn._isMockFunction).to.equal(true);
      expect(warn.getMockName()).to.be.a('string');
      expect(warn.mock.calls).to.deep.equal([['first', { a: 1 }], ['second']]);
      expect(warn.mock.results[0]).to.deep.equal({ type: 'return', value: undefined });
      expect(warn.mock.results[1]).to.have.property('type', 'throw');
    });

    it('gives loggers that can have children', () => {
      const logger = mockServices.rootLogger.mock();
      const child = logger.child({ plugin: 'todo' });
      child.info('hello');
      sinon.assert.calledOnceWithExactly(child.info as sinon.SinonStub, 'hello');
    });

    it('exists for every core service', () => {
      const { rootConfig: _, ...others } = mockServices;
      expect(Object.keys(others)).to.include.members(
        'rootLogger auditor auth discovery httpAuth userInfo cache database rootHealth httpRouter rootHttpRouter lifecycle logger permissions permissionsRegistry rootLifecycle scheduler urlReader events rootInstanceMetadata rootSystemMetadata'.split(
          ' ',
        ),
      );
      for (const [name, service] of Object.entries(mockServices)) {
        expect(service.mock(), name).to.have.property('factory');
        expect(service.factory, name).to.be.a('function');
      }
    });
  });

  describe('rootConfig', () => {
    it('reads its data and tells of updates, in children too', () => {
      const config = mockServices.rootConfig({ data: { app: { title: 'one' } } });
      const app = config.getConfig('app');
      const onChange = sinon.stub();
      const subscription = config.subscribe!(onChange);

      config.update({ data: { app: { title: 'two' } } });
      expect(config.getString('app.title')).to.equal('two');
      expect(app.getString('title')).to.equal('two');
      sinon.assert.calledOnce(onChange);

      subscription.unsubscribe();
      config.update({ data: {} });
      sinon.assert.calledOnce(onChange);
      expect(config.getOptionalConfig('app')).to.equal(undefined);
      expect(() => config.getString('app.title')).to.throw(
        "Missing required config value at 'app.title' in 'mock-config'",
      );
    });
  });

  describe('rootLogger', () => {
    afterEach(() => sinon.restore());

    it('prints from its level on, with the fields of its parents', () => {
      const warn = sinon.stub(console, 'warn');
      const info = sinon.stub(console, 'info');
      const logger = mockServices.rootLogger({ level: 'warn' }).child({ plugin: 'todo' });
      logger.warn('careful');
      logger.info('not printed');
      sinon.assert.calledOnceWithExactly(warn, 'plugin=todo careful');
      sinon.assert.notCalled(info);
    });

    it('prints nothing by default and refuses an unknown level', () => {
      const error = sinon.stub(console, 'error');
      mockServices.rootLogger().error('not printed');
      sinon.assert.notCalled(error);
      expect(() => mockServices.rootLogger({ level: 'loud' as any })).to.throw(
        "Invalid log level 'loud'",
      );
    });
  });

  it('knows users by their ref, or as told', async () => {
    const jane = mockCredentials.user('user:default/jane');
    expect(await mockServices.userInfo().getUserInfo(jane)).to.deep.equal({
      userEntityRef: 'user:default/jane',
      ownershipEntityRefs: ['user:default/jane'],
    });
    const custom = mockServices.userInfo({ ownershipEntityRefs: ['group:default/team'] });
    expect((await custom.getUserInfo(jane)).ownershipEntityRefs).to.deep.equal([
      'group:default/team',
    ]);
    const error = await custom.getUserInfo(mockCredentials.service()).catch(e => e);
    expect(error.message).to.equal("User info not available for principal type 'service'");
  });

  it('answers permission requests with the result asked for', async () => {
    const request = { permission: { type: 'basic', name: 'p', attributes: {} } } as const;
    const credentials = mockCredentials.user();
    const answer = async (service: ReturnType<typeof mockServices.permissions>) =>
      (await service.authorize([request], { credentials }))[0]!.result;
    expect(await answer(mockServices.permissions())).to.equal('ALLOW');
    expect(await answer(mockServices.permissions({ result: AuthorizeResult.DENY }))).to.equal(
      'DENY',
    );
  });

  it('delivers events to the subscribers of their topic before publish resolves', async () => {
    const events = mockServices.events();
    const onEvent = sinon.stub().resolves();
    await events.subscribe({ id: 'one', topics: ['tickets'], onEvent });
    await events.publish({ topic: 'other', eventPayload: 1 });
    await events.publish({ topic: 'tickets', eventPayload: 2 });
    sinon.assert.calledOnceWithExactly(onEvent, { topic: 'tickets', eventPayload: 2 });
  });

  it('gives addresses that cannot be reached', async () => {
    expect(await mockServices.discovery().getBaseUrl('catalog')).to.equal(
      'http://localhost:0/api/catalog',
    );
  });
});

import { expect } from 'chai';
import request from 'supertest';
import {
  actionsRegistryServiceRef,
  actionsServiceRef,
  coreServices,
  createBackendPlugin,
  type ActionsService,
} from 'backstage-forklift';
import { mockCredentials, mockServices, startTestBackend } from 'backstage-forklift/testing';

const greeter = createBackendPlugin({
  pluginId: 'greeter',
  register(reg) {
    reg.registerInit({
      deps: { actions: actionsRegistryServiceRef },
      async init({ actions }) {
        actions.register({
          name: 'greet',
          title: 'Greet',
          description: 'Greets somebody',
          attributes: { readOnly: true },
          schema: {
            input: z => z.object({ name: z.string() }),
            output: z => z.object({ text: z.string() }),
          },
          action: async ({ input, credentials }) => ({
            output: { text: `hello ${input.name} from ${JSON.stringify(credentials.principal)}` },
          }),
        });
        actions.register({
          name: 'sign',
          title: 'Sign',
          description: 'Signs with a secret',
          schema: {
            input: z => z.object({}),
            output: z => z.object({ length: z.number() }),
            secrets: z => z.object({ key: z.string() }),
          },
          action: async ({ secrets }) => ({ output: { length: secrets.key.length } }),
        });
      },
    });
  },
});

describe('actions', () => {
  async function start(actionsConfig: object) {
    let actions: ActionsService | undefined;
    const client = createBackendPlugin({
      pluginId: 'client',
      register(reg) {
        reg.registerInit({
          deps: { service: actionsServiceRef, logger: coreServices.logger },
          async init({ service }) {
            actions = service;
          },
        });
      },
    });
    const logger = mockServices.rootLogger.mock();
    const { server } = await startTestBackend({
      features: [
        greeter,
        client,
        mockServices.rootConfig.factory({ data: { backend: { actions: actionsConfig } } }),
      ],
    });
    return { server, logger, actions: actions! };
  }

  const credentials = mockCredentials.user('user:default/jane');

  it('are listed with their schemas and attributes', async () => {
    const { actions } = await start({ pluginSources: ['greeter'] });
    const list = await actions.list({ credentials });
    expect(list.actions.map(({ id }) => id)).to.deep.equal(['greeter:greet', 'greeter:sign']);
    const [greet, sign] = list.actions;
    expect(greet).to.deep.include({
      pluginId: 'greeter',
      title: 'Greet',
      attributes: { readOnly: true, destructive: false, idempotent: false },
    });
    expect(greet!.schema.input).to.deep.include({
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
    });
    expect(sign!.attributes).to.deep.equal({
      readOnly: false,
      destructive: true,
      idempotent: false,
    });
    expect(sign!.schema.secrets).to.have.property('type', 'object');
  });

  it('run on behalf of the caller, with secrets apart from the input', async () => {
    const { actions } = await start({ pluginSources: ['greeter'] });
    const { output } = await actions.invoke({
      id: 'greeter:greet',
      input: { name: 'world' },
      credentials,
    });
    expect((output as any).text)
      .to.contain('hello world')
      .and.contain('user:default/jane');
    expect(
      await actions.invoke({ id: 'greeter:sign', input: {}, secrets: { key: 'abc' }, credentials }),
    ).to.deep.equal({ output: { length: 3 } });
  });

  for (const [what, options, status, message] of [
    ['an unknown action', { id: 'greeter:none' }, 404, 'Action "greeter:none" not found'],
    [
      'input of another form',
      { id: 'greeter:greet', input: { name: 1 } },
      400,
      'Invalid input to action "greeter:greet"',
    ],
    [
      'secrets that are missing',
      { id: 'greeter:sign', input: {} },
      400,
      'Action "greeter:sign" requires secrets but none were provided',
    ],
    [
      'secrets that nobody asked for',
      { id: 'greeter:greet', input: { name: 'x' }, secrets: { key: 'abc' } },
      400,
      'Action "greeter:greet" does not accept secrets',
    ],
  ] as const) {
    it(`refuse ${what}`, async () => {
      const { actions } = await start({ pluginSources: ['greeter'] });
      const error = await actions.invoke({ ...options, credentials } as any).catch(e => e);
      expect(error.response?.status).to.equal(status);
      expect(error.body.error.message).to.contain(message);
    });
  }

  it('refuse anonymous callers', async () => {
    const { server } = await start({ pluginSources: ['greeter'] });
    const response = await request(server)
      .post('/api/greeter/.backstage/actions/v1/actions/greeter:greet/invoke')
      .set('authorization', mockCredentials.none.header())
      .send({ name: 'x' });
    expect(response.status).to.be.oneOf([401, 403]);
  });

  it('are hidden by filters, for those who list and for those who call', async () => {
    const { actions } = await start({
      pluginSources: ['greeter'],
      filter: { include: [{ id: 'greeter:*', attributes: { destructive: false } }] },
    });
    const list = await actions.list({ credentials });
    expect(list.actions.map(({ id }) => id)).to.deep.equal(['greeter:greet']);
    const error = await actions
      .invoke({ id: 'greeter:sign', secrets: { key: 'x' }, credentials })
      .catch(e => e);
    expect(error.response?.status).to.equal(404);
  });

  it('of a plugin that does not answer are left out', async () => {
    const { actions } = await start({ pluginSources: ['absent', 'greeter'] });
    const list = await actions.list({ credentials });
    expect(list.actions).to.have.length(2);
  });
});

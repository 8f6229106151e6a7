import { createPermission } from '@backstage/plugin-permission-common';
import { expect } from 'chai';
import request from 'supertest';
import {
  actionsRegistryServiceRef,
  createBackendPlugin,
  type ActionsRegistryService,
} from 'backstage-forklift';
import { mockServices, startTestBackend } from 'backstage-forklift/testing';

const base = '/api/tool/.backstage/actions';

describe('The actions of a plugin', () => {
  const start = async (
    register: (actions: ActionsRegistryService) => void,
    options: { actions?: object; denied?: string[] } = {},
  ) => {
    const plugin = createBackendPlugin({
      pluginId: 'tool',
      register(reg) {
        reg.registerInit({
          deps: { actions: actionsRegistryServiceRef },
          init: async ({ actions }) => register(actions),
        });
      },
    });
    const { server } = await startTestBackend({
      features: [
        plugin,
        mockServices.rootConfig.factory({ data: { backend: { actions: options.actions } } as any }),
        mockServices.permissions.mock({
          authorize: async requests =>
            requests.map(({ permission }) => ({
              result: options.denied?.includes(permission.name) ? 'DENY' : 'ALLOW',
            })) as any,
        }).factory,
      ],
    });
    return {
      list: () => request(server).get(`${base}/v1/actions`),
      invoke: (id: string, body?: object, version = 'v1') =>
        request(server).post(`${base}/${version}/actions/${id}/invoke`).send(body),
    };
  };
  const echo = (options: object = {}) => ({
    name: 'echo',
    title: 'Echo',
    description: 'Gives back what it gets',
    schema: {
      input: (z: any) => z.object({ text: z.string() }),
      output: (z: any) => z.object({ text: z.string() }),
    },
    action: async ({ input }: any) => ({ output: input }),
    ...options,
  });

  it('run with the input of the body, or with input and secrets apart', async () => {
    const { invoke } = await start(actions => {
      actions.register(echo());
      actions.register(
        echo({
          name: 'sign',
          schema: {
            input: (z: any) => z.object({ text: z.string() }),
            output: (z: any) => z.object({ text: z.string() }),
            secrets: (z: any) => z.object({ key: z.string() }),
          },
          action: async ({ input, secrets }: any) => ({
            output: { text: `${input.text} ${secrets.key}` },
          }),
        }),
      );
    });

    expect((await invoke('tool:echo', { text: 'a' })).body).to.deep.equal({
      output: { text: 'a' },
    });
    expect((await invoke('tool:echo', { input: { text: 'b' } }, 'v2')).body.output.text).to.equal(
      'b',
    );
    const signed = await invoke('tool:sign', { input: { text: 'c' }, secrets: { key: 'k' } }, 'v2');
    expect(signed.body.output.text).to.equal('c k');
  });

  it('get no input that no schema describes', async () => {
    const { invoke } = await start(actions =>
      actions.register(
        echo({
          schema: {},
          action: async ({ input }: any) => ({ output: { given: typeof input } }),
        }),
      ),
    );

    expect((await invoke('tool:echo', { any: 'thing' })).body.output).to.deep.equal({
      given: 'undefined',
    });
  });

  const refused: Array<[what: string, id: string, body: object, status: number, message: RegExp]> =
    [
      [
        'input that the schema does not allow',
        'tool:echo',
        { input: { text: 1 } },
        400,
        /^Invalid input to action "tool:echo"/,
      ],
      [
        'missing secrets',
        'tool:sign',
        { input: {} },
        400,
        /^Action "tool:sign" requires secrets but none were provided$/,
      ],
      [
        'wrong secrets',
        'tool:sign',
        { input: {}, secrets: { key: 1 } },
        400,
        /^Invalid secrets for action "tool:sign"/,
      ],
      [
        'secrets that are not wanted',
        'tool:echo',
        { input: { text: 'a' }, secrets: {} },
        400,
        /^Action "tool:echo" does not accept secrets$/,
      ],
      [
        'output that the schema does not allow',
        'tool:broken',
        { input: { text: 'a' } },
        400,
        /^Invalid output from action "tool:broken"/,
      ],
      ['an action that is not there', 'tool:none', {}, 404, /^Action "tool:none" not found$/],
    ];
  for (const [what, id, body, status, message] of refused) {
    it(`refuse ${what}`, async () => {
      const { invoke } = await start(actions => {
        actions.register(echo());
        actions.register(echo({ name: 'broken', action: async () => ({ output: 5 }) }));
        actions.register(
          echo({ name: 'sign', schema: { secrets: (z: any) => z.object({ key: z.string() }) } }),
        );
      });

      const response = await invoke(id, body, 'v2');

      expect(response.status).to.equal(status);
      expect(response.body.error.message).to.match(message);
    });
  }

  it('are hidden from those who may not see them', async () => {
    const secretPermission = createPermission({ name: 'tool.secret', attributes: {} });
    const { list, invoke } = await start(
      actions => {
        actions.register(echo());
        actions.register(echo({ name: 'secret', visibilityPermission: secretPermission }));
      },
      { denied: ['tool.secret'] },
    );

    expect((await list()).body.actions.map(({ id }: any) => id)).to.deep.equal(['tool:echo']);
    expect((await invoke('tool:secret', { text: 'a' })).status).to.equal(404);
  });

  it('are left out where the plugin is no source of actions', async () => {
    const { list, invoke } = await start(actions => actions.register(echo()), {
      actions: { pluginSources: ['other'] },
    });

    expect((await list()).body).to.deep.equal({ actions: [] });
    expect((await invoke('tool:echo', { text: 'a' })).status).to.equal(404);
  });

  it('are included and excluded by id and by what they do', async () => {
    const names = async (filter: object) => {
      const { list } = await start(
        actions => {
          actions.register(echo({ name: 'get-a', attributes: { readOnly: true } }));
          actions.register(echo({ name: 'get-b', attributes: { readOnly: true } }));
          actions.register(echo({ name: 'set-a' }));
        },
        { actions: { filter } },
      );
      return (await list()).body.actions.map(({ name }: any) => name);
    };

    expect(await names({ include: [{ id: 'tool:get-*' }] })).to.deep.equal(['get-a', 'get-b']);
    expect(await names({ exclude: [{ attributes: { destructive: true } }] })).to.deep.equal([
      'get-a',
      'get-b',
    ]);
    expect(
      await names({ include: [{ attributes: { readOnly: true } }], exclude: [{ id: 'tool:*-b' }] }),
    ).to.deep.equal(['get-a']);
  });

  it('are named once', async () => {
    let failure: Error | undefined;
    await start(actions => {
      actions.register(echo());
      try {
        actions.register(echo());
      } catch (error) {
        failure = error as Error;
      }
    });

    expect(failure?.message).to.equal('Action with id "tool:echo" is already registered');
  });
});

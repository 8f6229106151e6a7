import { ConfigReader } from '@backstage/config';
import { createPermission } from '@backstage/plugin-permission-common';
import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PermissionsService } from '../../../lib/api';
import type { InternalServiceFactory } from '../../../lib/api/service-factory';
import {
  createNoneCredentials,
  createServiceCredentials,
  createUserCredentials,
} from '../../../lib/services/auth/credentials';
import { permissionsServiceFactory } from '../../../lib/services/permissions';

const read = createPermission({
  name: 'tickets.read',
  attributes: { action: 'read' },
  resourceType: 'ticket',
});
const remove = createPermission({ name: 'tickets.remove', attributes: { action: 'delete' } });

const user = createUserCredentials({
  userEntityRef: 'user:default/jane',
  token: 't',
  expiresAt: new Date(Date.now() + 3600_000),
});

describe('permissions', () => {
  const requests: { url?: string; authorization?: string; body: any }[] = [];
  let server: Server;

  beforeEach(async () => {
    requests.length = 0;
    server = createServer(async (req, res) => {
      let text = '';
      for await (const chunk of req) text += chunk;
      const body = JSON.parse(text);
      requests.push({ url: req.url, authorization: req.headers.authorization, body });
      const items = body.items.map(({ id, permission }: any) =>
        permission.name === 'tickets.read'
          ? {
              id,
              result: 'CONDITIONAL',
              pluginId: 'tickets',
              resourceType: 'ticket',
              conditions: { rule: 'IS_OWNER', resourceType: 'ticket', params: {} },
            }
          : { id, result: 'DENY' },
      );
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ items }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  function create(enabled: boolean): Promise<PermissionsService> {
    const { port } = server.address() as AddressInfo;
    const getBaseUrl = async (id: string) => `http://127.0.0.1:${port}/api/${id}`;
    const { factory } =
      permissionsServiceFactory as unknown as InternalServiceFactory<PermissionsService>;
    return factory(
      {
        config: new ConfigReader({ permission: { enabled } }),
        discovery: { getBaseUrl, getExternalBaseUrl: getBaseUrl },
        auth: {
          isPrincipal: ({ principal }: any, type: string) => principal.type === type,
          getPluginRequestToken: async ({ targetPluginId }: any) => ({
            token: `for-${targetPluginId}`,
          }),
        },
      },
      undefined,
    );
  }

  it('allow users everything while they are not enabled, and ask nobody', async () => {
    const permissions = await create(false);
    const options = { credentials: user };
    expect(await permissions.authorize([{ permission: remove }], options)).to.eql([
      { result: 'ALLOW' },
    ]);
    expect(await permissions.authorizeConditional([{ permission: read }], options)).to.eql([
      { result: 'ALLOW' },
    ]);
    expect(requests).to.eql([]);
  });

  it('ask the permission plugin once for several, on behalf of the user', async () => {
    const permissions = await create(true);
    const decisions = await permissions.authorizeConditional(
      [{ permission: read }, { permission: remove } as any],
      { credentials: user },
    );
    expect(decisions.map(({ result }) => result)).to.eql(['CONDITIONAL', 'DENY']);
    expect(requests).to.have.length(1);
    expect(requests[0]).to.include({
      url: '/api/permission/authorize',
      authorization: 'Bearer for-permission',
    });
  });

  it('ask the permission plugin without a token for nobody', async () => {
    const permissions = await create(true);
    const options = { credentials: createNoneCredentials() };
    const [decision] = await permissions.authorize([{ permission: remove }], options);
    expect(decision.result).to.equal('DENY');
    expect(requests[0].authorization).to.equal(undefined);
  });

  for (const [title, accessRestrictions, expected] of [
    ['everything, when their access is not restricted', undefined, ['ALLOW', 'ALLOW']],
    ['permissions by name', { permissionNames: ['tickets.read'] }, ['ALLOW', 'DENY']],
    [
      'permissions by action',
      { permissionAttributes: { action: ['delete' as const] } },
      ['DENY', 'ALLOW'],
    ],
  ] as const) {
    for (const enabled of [true, false]) {
      it(`allow services ${title}, ${enabled ? 'enabled' : 'not enabled'}`, async () => {
        const permissions = await create(enabled);
        const credentials = createServiceCredentials({
          subject: 'ci',
          accessRestrictions: accessRestrictions as any,
        });
        const decisions = await permissions.authorize(
          [{ permission: read, resourceRef: 'x' }, { permission: remove }],
          { credentials },
        );
        expect(decisions.map(({ result }) => result)).to.eql(expected);
        expect(requests).to.eql([]);
      });
    }
  }
});

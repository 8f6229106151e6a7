import { AuthenticationError } from '@backstage/errors';
import { createPermission } from '@backstage/plugin-permission-common';
import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import type { PermissionsRegistryService } from '../../../lib/api';
import type { InternalServiceFactory } from '../../../lib/api/service-factory';
import {
  createServiceCredentials,
  createUserCredentials,
} from '../../../lib/services/auth/credentials';
import { permissionsRegistryServiceFactory } from '../../../lib/services/permissions-registry';

const METADATA = '/.well-known/backstage/permissions/metadata';
const APPLY = '/.well-known/backstage/permissions/apply-conditions';

interface Ticket {
  id: string;
  owner: string;
}

const read = createPermission({
  name: 'tickets.read',
  attributes: { action: 'read' },
  resourceType: 'ticket',
});
const create = createPermission({ name: 'tickets.create', attributes: {} });
const refOf = (pluginId: string) =>
  createPermissionResourceRef<Ticket, { owner: string }>().with({
    pluginId,
    resourceType: 'ticket',
  });
const ruleNamed = (name: string) =>
  createPermissionRule({
    name,
    description: 'Allows the owner of a ticket',
    resourceRef: refOf('tickets'),
    paramsSchema: z.object({ owner: z.string() }),
    apply: (ticket: Ticket, { owner }) => ticket.owner === owner,
    toQuery: ({ owner }) => ({ owner }),
  });

const callers: { [name in string]: object } = {
  service: createServiceCredentials({ subject: 'plugin:permission' }),
  user: userCredentials(),
  'user through a plugin': userCredentials('plugin:permission'),
};

function userCredentials(actor?: string) {
  const expiresAt = new Date(Date.now() + 3600_000);
  return createUserCredentials({
    userEntityRef: 'user:default/jane',
    token: 't',
    expiresAt,
    actor,
  });
}

describe('the permissions registry', () => {
  let app: express.Express;
  let start: () => void;
  let registry: PermissionsRegistryService;

  beforeEach(async () => {
    app = express();
    const { factory } =
      permissionsRegistryServiceFactory as unknown as InternalServiceFactory<PermissionsRegistryService>;
    registry = await factory(
      {
        httpRouter: app,
        plugin: { getId: () => 'tickets' },
        lifecycle: { addStartupHook: (hook: () => void) => (start = hook) },
        auth: { isPrincipal: ({ principal }: any, type: string) => principal.type === type },
        httpAuth: {
          credentials: async (req: express.Request) => {
            const caller = callers[req.header('x-caller')!];
            if (!caller) throw new AuthenticationError('Missing credentials');
            return caller;
          },
        },
      },
      undefined,
    );
    app.use(((error, _req, res, _next) => {
      const status = { NotAllowedError: 403, AuthenticationError: 401, InputError: 400 }[
        error.name as string
      ];
      res.status(status ?? 500).json({ name: error.name, message: error.message });
    }) as express.ErrorRequestHandler);
  });

  function addTickets() {
    registry.addResourceType({
      resourceRef: refOf('tickets'),
      permissions: [read],
      rules: [ruleNamed('IS_OWNER')],
      getResources: async refs =>
        refs.map(id => (id === 'missing' ? undefined : { id, owner: `owner-of-${id}` })),
    });
  }

  const apply = (caller: string, resourceRef: string | string[], path = APPLY) =>
    request(app)
      .post(path)
      .set('x-caller', caller)
      .send({
        items: [
          {
            id: '1',
            resourceRef,
            resourceType: 'ticket',
            conditions: {
              rule: 'IS_OWNER',
              resourceType: 'ticket',
              params: { owner: 'owner-of-a' },
            },
          },
        ],
      });

  it('publishes permissions and rules', async () => {
    addTickets();
    registry.addPermissions([create]);
    registry.addPermissionRules([ruleNamed('WAS_OWNER')]);
    const { body } = await request(app).get(METADATA).expect(200);
    expect(body.permissions).to.eql([read, create]);
    expect(body.rules.map(({ name }: any) => name)).to.eql(['IS_OWNER', 'WAS_OWNER']);
    expect(body.rules[0].paramsSchema).to.deep.include({ required: ['owner'], type: 'object' });
  });

  for (const caller of ['service', 'user through a plugin']) {
    it(`applies conditions for a ${caller}`, async () => {
      addTickets();
      const { body } = await apply(caller, ['a', 'b', 'missing']).expect(200);
      expect(body).to.eql({ items: [{ id: '1', result: ['ALLOW', 'DENY', 'DENY'] }] });
    });
  }

  it('applies no conditions for users themselves, nor for nobody', async () => {
    addTickets();
    for (const path of [APPLY, `${APPLY}/`, APPLY.toUpperCase()]) {
      await apply('user', 'a', path).expect(403);
      await apply('nobody', 'a', path).expect(401);
    }
  });

  it('refuses conditions for resource types that it does not know', async () => {
    const { body } = await apply('service', 'a').expect(400);
    expect(body.message).to.equal('Unexpected resource types: ticket.');
  });

  it('hands out the rules of a resource type', () => {
    addTickets();
    const ruleset = registry.getPermissionRuleset(refOf('tickets'));
    expect(ruleset.getRuleByName('IS_OWNER')).to.have.property('name', 'IS_OWNER');
  });

  it('refuses resource types of other plugins', () => {
    const message = `Resource type 'ticket' belongs to plugin 'catalog', but was used with plugin 'tickets'`;
    const resourceRef = refOf('catalog');
    expect(() => registry.addResourceType({ resourceRef, rules: [] })).to.throw(message);
    expect(() => registry.getPermissionRuleset(resourceRef)).to.throw(message);
  });

  it('takes nothing more once the plugin has started', () => {
    start();
    expect(addTickets).to.throw(
      'Cannot add permission resource types after the plugin has started',
    );
    expect(() => registry.addPermissions([create])).to.throw(
      'Cannot add permissions after the plugin has started',
    );
    expect(() => registry.addPermissionRules([ruleNamed('X')])).to.throw(
      'Cannot add permission rules after the plugin has started',
    );
  });
});

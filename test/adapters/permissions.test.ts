import { legacyToPermissions, permissionsToLegacy } from 'backstage-forklift/adapters';
import { mockCredentials, mockServices } from 'backstage-forklift/testing';
import { AuthorizeResult, createPermission } from '@backstage/plugin-permission-common';
import { expect } from 'chai';
import sinon from 'sinon';

const permission = createPermission({
  name: 'todo.read',
  attributes: { action: 'read' },
  resourceType: 'todo',
});
const allow = async (_requests: unknown[], _options?: object) => [
  { result: AuthorizeResult.ALLOW } as { result: AuthorizeResult.ALLOW },
];

describe('permissionsToLegacy', () => {
  it('takes the token of a request in place of credentials', async () => {
    const permissions = mockServices.permissions.mock({ authorize: sinon.spy(allow) });
    const legacy = permissionsToLegacy({ auth: mockServices.auth(), permissions });
    await legacy.authorize([{ permission, resourceRef: 'a' }], {
      token: mockCredentials.user.token(),
    });
    const [, options] = permissions.authorize.firstCall.args;
    expect(options.credentials.principal).to.deep.include({
      type: 'user',
      userEntityRef: 'user:default/mock',
    });
    await legacy.authorize([{ permission, resourceRef: 'a' }]);
    const [, anonymous] = permissions.authorize.secondCall.args;
    expect(anonymous.credentials.principal).to.deep.include({ type: 'none' });
  });
});

describe('legacyToPermissions', () => {
  it('gives an old evaluator the token that stands for the credentials', async () => {
    const evaluator = { authorize: sinon.spy(allow), authorizeConditional: sinon.spy(allow) };
    const permissions = legacyToPermissions(evaluator, async () => 'a token');
    const credentials = mockCredentials.user();
    await permissions.authorize([{ permission, resourceRef: 'a' }], { credentials });
    await permissions.authorizeConditional([{ permission }], { credentials });
    sinon.assert.calledWith(evaluator.authorize, [{ permission, resourceRef: 'a' }], {
      token: 'a token',
    });
    sinon.assert.calledWith(evaluator.authorizeConditional, [{ permission }], { token: 'a token' });
  });
});

import { expect } from 'chai';
import { mockCredentials, mockServices } from 'backstage-forklift/testing';

describe('mockCredentials', () => {
  it('gives the token strings of @backstage/backend-test-utils', () => {
    expect(mockCredentials.none.header()).to.equal('Bearer mock-none-token');
    expect(mockCredentials.user.token()).to.equal('mock-user-token');
    expect(mockCredentials.user.token('user:default/jane')).to.equal(
      'mock-user-token:{"sub":"user:default/jane"}',
    );
    expect(
      mockCredentials.user.token('user:default/jane', { actor: { subject: 'plugin:x' } }),
    ).to.equal('mock-user-token:{"sub":"user:default/jane","actor":{"subject":"plugin:x"}}');
    expect(mockCredentials.user.header()).to.equal('Bearer mock-user-token');
    expect(mockCredentials.user.invalidHeader()).to.equal('Bearer mock-invalid-user-token');
    expect(mockCredentials.limitedUser.token()).to.equal(
      'mock-limited-user-token:{"sub":"user:default/mock"}',
    );
    expect(mockCredentials.limitedUser.cookie('user:default/jane')).to.equal(
      'backstage-auth=mock-limited-user-token:{"sub":"user:default/jane"}',
    );
    expect(mockCredentials.limitedUser.invalidCookie()).to.equal(
      'backstage-auth=mock-invalid-limited-user-token',
    );
    expect(mockCredentials.service.token()).to.equal('mock-service-token');
    expect(
      mockCredentials.service.token({
        onBehalfOf: mockCredentials.user('user:default/jane'),
        targetPluginId: 'catalog',
      }),
    ).to.equal('mock-service-token:{"obo":"user:default/jane","target":"catalog"}');
    expect(
      mockCredentials.service.token({
        onBehalfOf: mockCredentials.service(),
        targetPluginId: 'catalog',
      }),
    ).to.equal('mock-service-token:{"sub":"external:test-service","target":"catalog"}');
    expect(mockCredentials.service.invalidToken()).to.equal('mock-invalid-service-token');
  });

  it('compares equal to credentials made by hand, and describes itself', () => {
    const credentials = mockCredentials.user();
    expect(credentials).to.deep.equal({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      principal: { type: 'user', userEntityRef: 'user:default/mock' },
    });
    expect(String(credentials)).to.equal('mockCredentials{userPrincipal{user:default/mock}}');
  });

  it('refuses a user entity ref of another form', () => {
    expect(() => mockCredentials.user('jane')).to.throw(
      TypeError,
      "Invalid user entity reference 'jane', expected <kind>:<namespace>/<name>",
    );
  });
});

describe('mockServices.auth', () => {
  const auth = mockServices.auth({ pluginId: 'catalog' });

  it('takes every token of mockCredentials for what it stands for', async () => {
    const { user, service, limitedUser } = mockCredentials;
    expect(await auth.authenticate(user.token())).to.deep.equal(user());
    expect(await auth.authenticate(user.token('user:default/jane'))).to.deep.equal(
      user('user:default/jane'),
    );
    expect(await auth.authenticate(service.token())).to.deep.equal(service());
    expect(
      await auth.authenticate(limitedUser.token(), { allowLimitedAccess: true }),
    ).to.deep.equal(user());
    const onBehalfOf = user('user:default/jane');
    const { token } = await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'catalog' });
    expect(await auth.authenticate(token)).to.deep.equal(onBehalfOf);
  });

  for (const [token, message] of [
    ['', 'Token is empty'],
    [mockCredentials.user.invalidToken(), 'User token is invalid'],
    [mockCredentials.limitedUser.invalidToken(), 'Limited user token is invalid'],
    [mockCredentials.service.invalidToken(), 'Service token is invalid'],
    [mockCredentials.limitedUser.token(), 'Limited user token is not allowed'],
    ['other', "Unknown mock token 'other'"],
    [
      mockCredentials.service.token({ onBehalfOf: mockCredentials.user(), targetPluginId: 'todo' }),
      "Invalid mock token target plugin ID, got 'todo' but expected 'catalog'",
    ],
  ] as const) {
    it(`refuses ${token || 'an empty token'}`, async () => {
      const error = await auth.authenticate(token).catch(e => e);
      expect(error).to.include({ name: 'AuthenticationError', message });
    });
  }

  it('issues no service token for nobody, unless the default policy is off', async () => {
    const onBehalfOf = mockCredentials.none();
    const options = { onBehalfOf, targetPluginId: 'catalog' };
    const error = await auth.getPluginRequestToken(options).catch(e => e);
    expect(error.message).to.equal("Refused to issue service token for credential type 'none'");
    const open = mockServices.auth({ disableDefaultAuthPolicy: true });
    expect(await open.getPluginRequestToken(options)).to.deep.equal({ token: '' });
  });
});

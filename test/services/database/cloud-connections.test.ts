import { expect } from 'chai';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { restore, stub } from 'sinon';
import { postgresConnection } from '../../../lib/services/database/postgres-connection';
import { failureOf } from './test-manager';

describe('password-less connections to PostgreSQL in a cloud', () => {
  const origin = process.cwd();
  const environment = { ...process.env };
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'forklift-cloud-')));
    process.chdir(folder);
  });

  afterEach(() => {
    restore();
    process.chdir(origin);
    process.env = { ...environment };
    rmSync(folder, { recursive: true });
  });

  /** Installs a package where the backend runs. */
  function install(name: string, code: string) {
    const file = join(folder, 'node_modules', name, 'index.js');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }

  it('go through the connector of Cloud SQL', async () => {
    install(
      '@google-cloud/cloud-sql-connector',
      `exports.IpAddressTypes = { PUBLIC: 'PUBLIC', PRIVATE: 'PRIVATE' };
       exports.AuthTypes = { IAM: 'IAM' };
       exports.Connector = class {
         async getOptions(options) { return { stream: options }; }
       };`,
    );
    const connection = { type: 'cloudsql', instance: 'a:b:c', user: 'u', ipAddressType: 'PRIVATE' };
    expect(await postgresConnection(connection)).to.deep.include({
      user: 'u',
      stream: { instanceConnectionName: 'a:b:c', ipType: 'PRIVATE', authType: 'IAM' },
    });
    const failure = await failureOf(postgresConnection({ ...connection, ipAddressType: 'LOCAL' }));
    expect(failure.message).to.equal(
      'Invalid connection.ipAddressType: LOCAL; valid values: PUBLIC, PRIVATE',
    );
  });

  it('use tokens of Azure by the credentials that are configured, until shortly before they expire', async () => {
    // The real package would ask the machine for credentials.
    const identity = createRequire(__filename)('@azure/identity');
    const names = ['ClientSecretCredential', 'ManagedIdentityCredential', 'DefaultAzureCredential'];
    for (const name of names) {
      stub(identity[name].prototype, 'getToken').callsFake(async (scope: unknown) =>
        isDenied
          ? null
          : { token: `${name} ${scope}`, expiresOnTimestamp: Date.now() + 6 * 60_000 },
      );
    }
    let isDenied = false;
    const scope = 'https://ossrdbms-aad.database.windows.net/.default';
    const log = async (tokenCredential?: object) => {
      const connection = { type: 'azure', host: 'h', user: 'u', tokenCredential };
      const source = await postgresConnection(connection as never);
      return (source as () => Promise<any>)();
    };
    const token = await log();
    expect(token).to.include({ host: 'h', user: 'u', password: `DefaultAzureCredential ${scope}` });
    expect(token).not.to.have.any.keys('type', 'tokenCredential');
    expect(token.expirationChecker()).to.equal(false);
    expect((await log({ tokenRenewableOffsetTime: '7m' })).expirationChecker()).to.equal(true);
    expect((await log({ clientId: 'c' })).password).to.equal(`ManagedIdentityCredential ${scope}`);
    expect((await log({ clientId: 'c', tenantId: 't', clientSecret: 's' })).password).to.equal(
      `ClientSecretCredential ${scope}`,
    );
    isDenied = true;
    expect((await failureOf(log())).message).to.equal(
      'Failed to acquire Azure access token for database authentication',
    );
  });

  it('renew their token for RDS before it expires', async () => {
    install(
      '@aws-sdk/rds-signer',
      `exports.Signer = class {
         constructor(options) { this.options = options; }
         async getAuthToken() {
           if (this.options.username === 'nobody') throw new Error('no credentials');
           return JSON.stringify(this.options);
         }
       };`,
    );
    const connection = { type: 'rds', host: 'h', port: 5432, user: 'u', region: 'eu-north-1' };
    const connect = (await postgresConnection(connection)) as () => Promise<any>;
    const { password, expirationChecker, ...rest } = await connect();
    expect(JSON.parse(password)).to.deep.equal({
      hostname: 'h',
      port: 5432,
      username: 'u',
      region: 'eu-north-1',
    });
    expect(expirationChecker()).to.equal(false);
    expect(rest).not.to.have.any.keys('type', 'region');

    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    const noRegion = await failureOf(postgresConnection({ ...connection, region: undefined }));
    expect(noRegion.message).to.include('Missing region for AWS RDS IAM auth');
    const nobody = (await postgresConnection({
      ...connection,
      user: 'nobody',
    })) as () => Promise<any>;
    expect((await failureOf(nobody())).message).to.match(
      /^AWS RDS IAM auth token acquisition failed for nobody@h:5432; caused by Error: no credentials/,
    );
  });

  it('name the package to install', async () => {
    const failure = await failureOf(
      postgresConnection({ type: 'rds', host: 'h', port: 5432, user: 'u', region: 'r' }),
    );
    expect(failure.message).to.equal(
      "'backend.database.connection.type: rds' needs the package '@aws-sdk/rds-signer', add it to your backend, for example with `npm install @aws-sdk/rds-signer`",
    );
  });
});

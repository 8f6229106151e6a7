import { ConfigReader, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds, type JsonObject } from '@backstage/types';
import { loadOptionalPackage } from '../load-optional-package';
import type { Settings } from './merge-settings';

const SCOPE = 'https://ossrdbms-aad.database.windows.net/.default';

/** Logs in to Azure Database for PostgreSQL with Entra tokens, each renewed before it expires. */
export async function azureConnection(
  connection: Settings,
  tokenCredential: Settings | undefined,
): Promise<() => Promise<Settings>> {
  const identity = await loadOptionalPackage(
    '@azure/identity',
    "'backend.database.connection.type: azure'",
  );
  const config = new ConfigReader((tokenCredential ?? {}) as JsonObject);
  const renewBefore = durationToMilliseconds(
    config.has('tokenRenewableOffsetTime')
      ? readDurationFromConfig(config, { key: 'tokenRenewableOffsetTime' })
      : { minutes: 5 },
  );
  const clientId = config.getOptionalString('clientId');
  const tenantId = config.getOptionalString('tenantId');
  const clientSecret = config.getOptionalString('clientSecret');
  const credential =
    clientId && tenantId && clientSecret
      ? new identity.ClientSecretCredential(tenantId, clientId, clientSecret)
      : clientId
        ? new identity.ManagedIdentityCredential(clientId)
        : new identity.DefaultAzureCredential();

  return async () => {
    const token = await credential.getToken(SCOPE);
    if (!token) {
      throw new Error('Failed to acquire Azure access token for database authentication');
    }
    return {
      ...connection,
      password: token.token,
      expirationChecker: () => token.expiresOnTimestamp - renewBefore <= Date.now(),
    };
  };
}

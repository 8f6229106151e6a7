import { ForwardedError } from '@backstage/errors';
import { loadOptionalPackage } from '../load-optional-package';
import type { Settings } from './merge-settings';

const TOKEN_LIFE_MILLIS = 15 * 60_000;
const RENEW_BEFORE_MILLIS = 60_000;

/** Logs in to AWS RDS with IAM tokens, each renewed a minute before it expires. */
export async function rdsConnection(connection: Settings): Promise<() => Promise<Settings>> {
  const { region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION, ...rest } = connection;
  const { host: hostname, user: username } = rest;
  const port = Number(rest.port);
  if (!hostname || !username || !port) {
    throw new Error(
      'AWS RDS IAM auth: missing required database connection config, set connection.host, connection.port and connection.user and the environment variables that they refer to',
    );
  }
  if (!region) {
    throw new Error(
      'Missing region for AWS RDS IAM auth: set connection.region or the AWS_REGION environment variable',
    );
  }
  const { Signer } = await loadOptionalPackage(
    '@aws-sdk/rds-signer',
    "'backend.database.connection.type: rds'",
  );
  const signer = new Signer({ hostname, port, username, region });

  return async () => {
    try {
      const password = await signer.getAuthToken();
      const expiresAt = Date.now() + TOKEN_LIFE_MILLIS - RENEW_BEFORE_MILLIS;
      return { ...rest, port, password, expirationChecker: () => expiresAt <= Date.now() };
    } catch (error) {
      throw new ForwardedError(
        `AWS RDS IAM auth token acquisition failed for ${username}@${hostname}:${port}`,
        error,
      );
    }
  };
}
